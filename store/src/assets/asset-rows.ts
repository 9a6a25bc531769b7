// Rows of the asset database, and what they are to the rest.
import { compareCodePoints } from '@snug/protocol';
import type { Asset, AssetRoot } from '../ports/asset-store.ts';

export interface FileRow {
  readonly seq: number;
  readonly path: string;
  readonly root: AssetRoot;
  readonly relative_path: string;
  readonly size_bytes: number;
  readonly modified_ms: number;
  readonly hash: string | null;
  readonly is_missing: number;
}

export interface AssetRow {
  readonly seq: number;
  readonly id: string;
  readonly owner_id: string;
  readonly name: string;
  readonly hash: string | null;
  readonly size_bytes: number;
  readonly mime_type: string | null;
  readonly user_metadata_json: string;
  readonly preview_id: string | null;
  readonly job_id: string | null;
  readonly root: AssetRoot;
  readonly folder_key: string | null;
  readonly relative_path: string;
  readonly path: string;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly last_access_ms: number;
  readonly tags_json: string;
}

export function assetOf(row: AssetRow): Asset {
  return {
    id: row.id,
    ownerId: row.owner_id,
    name: row.name,
    hash: row.hash,
    sizeBytes: row.size_bytes,
    mimeType: row.mime_type,
    tags: (JSON.parse(row.tags_json) as string[]).sort(compareCodePoints),
    userMetadataJson: row.user_metadata_json,
    previewId: row.preview_id,
    jobId: row.job_id,
    root: row.root,
    folderKey: row.folder_key,
    relativePath: row.relative_path,
    localPath: row.path,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    lastAccessMs: row.last_access_ms === 0 ? null : row.last_access_ms,
  };
}

/** What names are compared and searched by. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

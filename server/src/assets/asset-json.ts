// An asset as the wire has it (spec http.md section 12): nulls are left out, times are ISO 8601, the hash names its function.
import { type JsonObject, parseLossless } from '@snug/protocol';
import type { Asset } from '@snug/store';

export const HASH_PREFIX = 'blake3:';

export function assetJson(asset: Asset): JsonObject {
  return {
    id: asset.id,
    name: asset.name,
    ...(asset.hash !== null && { hash: HASH_PREFIX + asset.hash }),
    loader_path: loaderPathOf(asset),
    display_name: asset.name,
    size: asset.sizeBytes,
    ...(asset.mimeType !== null && { mime_type: asset.mimeType }),
    tags: [...asset.tags],
    ...previewOf(asset),
    user_metadata: parseLossless(asset.userMetadataJson),
    ...(asset.jobId !== null && { job_id: asset.jobId, prompt_id: asset.jobId }),
    created_at: new Date(asset.createdMs).toISOString(),
    updated_at: new Date(asset.updatedMs).toISOString(),
    ...(asset.lastAccessMs !== null && { last_access_time: new Date(asset.lastAccessMs).toISOString() }),
  };
}

/** What upload routes say of an asset (spec http.md 6.1). */
export function uploadedAssetJson({ id, name, hash, sizeBytes, mimeType, tags }: Asset): JsonObject {
  return { id, name, asset_hash: hash && HASH_PREFIX + hash, size: sizeBytes, mime_type: mimeType, tags: [...tags] };
}

/** The value that a loader node takes for the file. */
function loaderPathOf({ root, relativePath }: Asset): string {
  return root === 'output' ? `${relativePath} [output]` : relativePath;
}

function previewOf({ id, previewId, mimeType }: Asset): JsonObject {
  if (previewId !== null) return { preview_url: contentUrl(previewId), preview_id: previewId };
  return mimeType?.startsWith('image/') ? { preview_url: contentUrl(id) } : {};
}

function contentUrl(id: string): string {
  return `/api/assets/${id}/content`;
}

// Port: files with names, tags and content hashes (spec http.md section 12). An asset is a record that points at a file of the
// model, input or output folders; several may point at the same file. Removing an asset never removes the file.

export type AssetRoot = 'models' | 'input' | 'output';

export interface Asset {
  readonly id: string;
  /** Empty for assets that belong to everybody. */
  readonly ownerId: string;
  readonly name: string;
  /** BLAKE3 of the content, 64 hexadecimal digits; null while it is unknown. */
  readonly hash: string | null;
  readonly sizeBytes: number;
  readonly mimeType: string | null;
  /** By code point. */
  readonly tags: readonly string[];
  /** JSON text of an object. */
  readonly userMetadataJson: string;
  readonly previewId: string | null;
  readonly jobId: string | null;
  readonly root: AssetRoot;
  /** Kind of model; null outside of `models`. */
  readonly folderKey: string | null;
  /** Below the folder that it was found in, with `/`: what loaders call it. */
  readonly relativePath: string;
  readonly localPath: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Null when its content was never asked for. */
  readonly lastAccessMs: number | null;
}

export const ASSET_SORTS = ['created_at', 'updated_at', 'name', 'size', 'last_access_time'] as const;
export type AssetSort = (typeof ASSET_SORTS)[number];

export interface AssetFilter {
  /** Shows what belongs to everybody and to this user; null shows everything. */
  readonly viewerId: string | null;
  readonly tagsAll?: readonly string[];
  readonly tagsAny?: readonly string[];
  readonly tagsNone?: readonly string[];
  /** Part of the name, without regard to case. */
  readonly nameContains?: string;
  readonly hash?: string;
}

export interface AssetPageRequest extends AssetFilter {
  readonly limit: number;
  readonly offset: number;
  readonly sort: AssetSort;
  readonly order: 'asc' | 'desc';
  /** `nextCursor` of the page before, for the same sort and order. */
  readonly after?: string;
}

export interface AssetPage {
  readonly assets: readonly Asset[];
  /** All that pass the filter. */
  readonly total: number;
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export interface TagPageRequest {
  readonly viewerId: string | null;
  readonly prefix: string;
  readonly limit: number;
  readonly offset: number;
  readonly order: 'count_desc' | 'name_asc';
  /** Also tags that nothing has any more. */
  readonly includesUnused: boolean;
}

export interface TagCount {
  readonly name: string;
  readonly count: number;
}

/** What whoever adds an asset says of it. */
export interface AssetDetails {
  readonly ownerId: string;
  readonly name?: string;
  readonly tags: readonly string[];
  readonly userMetadataJson?: string;
  readonly mimeType?: string;
  readonly previewId?: string;
  readonly jobId?: string;
}

export interface AssetChanges {
  readonly name?: string;
  readonly userMetadataJson?: string;
  readonly previewId?: string | null;
}

/** Content that was received completely and has no place yet. */
export interface ReceivedContent {
  readonly path: string;
  readonly hash: string;
  readonly sizeBytes: number;
}

export interface AssetDestination {
  readonly root: AssetRoot;
  /** Required for `models`. */
  readonly folderKey?: string;
  /** Wanted file name; another is taken when it is not free. */
  readonly filename: string;
}

export interface SeedStats {
  readonly roots: readonly AssetRoot[];
  /** Files that were looked at. */
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly missing: number;
  /** Contents whose hash was computed. */
  readonly hashed: number;
}

export type SeedState = 'idle' | 'running' | 'cancelling';

export interface SeedStatus {
  readonly state: SeedState;
  /** Of the scan that runs, else of the last one. */
  readonly stats: SeedStats | null;
  readonly error: string | null;
}

export type SeedEvent =
  | 'started'
  | 'progress'
  | 'cancelled'
  | 'completed'
  | 'error'
  | 'fast_complete'
  | 'enrich_complete';

export interface AssetStore {
  find(id: string, viewerId: string | null): Promise<Asset | undefined>;
  /** Rejects with ASSET_CURSOR_INVALID. */
  list(request: AssetPageRequest): Promise<AssetPage>;
  /** How many of the assets that pass a filter have each tag; the most frequent `limit` ones. */
  tagCounts(filter: AssetFilter, limit: number): Promise<readonly TagCount[]>;
  tags(request: TagPageRequest): Promise<{ readonly tags: readonly TagCount[]; readonly total: number }>;
  /** An existing file with this content; undefined when none is known. */
  fileOf(hash: string): Promise<{ readonly localPath: string; readonly name: string } | undefined>;

  /** Takes bytes in as they come and hashes them; what is not added later must be discarded. */
  receive(chunks: AsyncIterable<Uint8Array>): Promise<ReceivedContent>;
  discard(content: ReceivedContent): Promise<void>;
  /** Gives content its place. Content that is known already is not stored again, and its asset is answered. */
  add(
    content: ReceivedContent,
    destination: AssetDestination,
    details: AssetDetails,
  ): Promise<{ readonly asset: Asset; readonly isNew: boolean }>;
  /** A further asset for content that is known; undefined when it is not. */
  addFromHash(hash: string, details: AssetDetails): Promise<Asset | undefined>;
  /** The asset of a file that is in its place already; undefined when it lies in no folder of assets. */
  register(localPath: string, details: AssetDetails): Promise<Asset | undefined>;

  change(id: string, changes: AssetChanges): Promise<Asset | undefined>;
  remove(id: string): Promise<boolean>;
  /** Answers the tags that were new. */
  addTags(id: string, tags: readonly string[]): Promise<readonly string[]>;
  /** Answers the tags that were there. */
  removeTags(id: string, tags: readonly string[]): Promise<readonly string[]>;
  /** Notes that the content was asked for. */
  touch(id: string): Promise<void>;

  /** Starts to look through folders; undefined when that runs already. Resolves when it is through. */
  seed(roots: readonly AssetRoot[]): Promise<SeedStats> | undefined;
  seedStatus(): SeedStatus;
  /** Answers false when nothing runs. */
  cancelSeed(): boolean;
  /** Forgets assets whose files are gone; answers how many. */
  prune(): Promise<number>;
  onSeed(listener: (event: SeedEvent, stats: SeedStats, error: string | null) => void): () => void;
  close(): Promise<void>;
}

/** Kept by the store alone: assets whose file is gone. */
export const MISSING_TAG = 'missing';

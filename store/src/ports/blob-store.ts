// Port: files of the three places that are reachable over HTTP (spec files.md sections 1, 4, 5).

export type BlobPlace = 'input' | 'output' | 'temp';

/** A file item as it appears in UI outputs. */
export interface BlobReference {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: BlobPlace;
}

export interface BlobStat {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface BlobStore {
  /** Absolute path of a local copy for readers that need one; undefined when there is no such file or the name leaves the place. */
  localPath(reference: BlobReference): Promise<string | undefined>;
  stat(reference: BlobReference): Promise<BlobStat | undefined>;
  read(reference: BlobReference, range?: { start: number; end: number }): Promise<Uint8Array>;
  /** Writes to a temporary name first, then renames. Creates folders. Throws when the name leaves the place. */
  write(reference: BlobReference, bytes: Uint8Array): Promise<void>;
  /** Names of the regular files (and folders) directly in a subfolder. */
  list(place: BlobPlace, subfolder?: string): Promise<{ name: string; isFolder: boolean }[]>;
  /** Next free counter for a filename prefix (files.md section 5, tokens resolved by the caller): `{subfolder, stem, counter}`. */
  nextName(place: BlobPlace, prefix: string): Promise<{ subfolder: string; stem: string; counter: number }>;
  /** Empties `temp`. */
  clearTemp(): Promise<void>;
}

// Port: files of the three places that are reachable over HTTP (spec files.md sections 1, 4, 5).
import type { FilePlace, FileReference } from '@snug/protocol';

export type BlobPlace = FilePlace;

/** A file item as it appears in UI outputs. */
export type BlobReference = FileReference;

export interface BlobStat {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface BlobWriteOptions {
  /** `fail` rejects with BLOB_EXISTS instead of replacing: for names that must not be overwritten by a race. Default `replace`. */
  readonly ifExists?: 'replace' | 'fail';
}

export interface BlobStore {
  /** Absolute path of a local copy for readers that need one; undefined when there is no such file or the name leaves the place. */
  localPath(reference: BlobReference): Promise<string | undefined>;
  stat(reference: BlobReference): Promise<BlobStat | undefined>;
  /** Bytes `start` (included) to `end` (excluded), cut at the end of the file. Rejects with BLOB_NOT_FOUND. */
  read(reference: BlobReference, range?: { start: number; end: number }): Promise<Uint8Array>;
  /** Appears under its name completely or not at all. Creates folders. Rejects with BLOB_NAME_INVALID when the name leaves the place. */
  write(reference: BlobReference, bytes: Uint8Array, options?: BlobWriteOptions): Promise<void>;
  /**
   * As `write`, for files that are too large to pass through memory: `produce` writes to the path that it is given, which
   * becomes the file when it is done. When it fails its error is passed on, and nothing remains.
   */
  writeWith(
    reference: BlobReference,
    produce: (path: string) => Promise<void>,
    options?: BlobWriteOptions,
  ): Promise<void>;
  /** Names of the regular files (and folders) directly in a subfolder, by code point; nothing when there is no such folder. */
  list(place: BlobPlace, subfolder?: string): Promise<{ name: string; isFolder: boolean }[]>;
  /** The regular files directly in a place with their sizes and times, by code point. */
  listFiles(place: BlobPlace): Promise<readonly (BlobStat & { readonly name: string })[]>;
  /**
   * Next free counter for a filename prefix (files.md section 5, tokens resolved by the caller): `{subfolder, stem, counter}`.
   * Sets `count` numbers (default 1) aside for the caller, so that concurrent calls get others. Other processes are
   * not kept out: write with `ifExists: 'fail'` and ask again on BLOB_EXISTS.
   */
  nextName(
    place: BlobPlace,
    prefix: string,
    count?: number,
  ): Promise<{ subfolder: string; stem: string; counter: number }>;
  /** Empties `temp`. */
  clearTemp(): Promise<void>;
}

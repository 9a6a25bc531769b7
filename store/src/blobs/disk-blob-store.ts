// Blobs as plain files in three folders, named as users know them. Every name is checked here and nowhere else.
import { type Dirent, mkdirSync, realpathSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareCodePoints } from '@snug/protocol';
import { containedParts, isAbsoluteName, isInside, isMissing, realPathOf } from '../contained-path.ts';
import { reasonOf, StoreError } from '../errors.ts';
import type { BlobPlace, BlobReference, BlobStat, BlobStore, BlobWriteOptions } from '../ports/blob-store.ts';
import { finishAtomically, isTemporaryName, removeLeftover, temporaryPath, writeAtomically } from './atomic-write.ts';
import { OutputCounter } from './output-counter.ts';

export interface DiskBlobStoreOptions {
  /** Absolute folders. `input` and `temp` are created at once, `output` with its first file. */
  readonly input: string;
  readonly output: string;
  readonly temp: string;
  /** Clock for numbers that were handed out but not written yet. Default `Date.now`. */
  readonly now?: () => number;
}

/** Enough to keep the disk busy without holding thousands of requests to it. */
const STATS_AT_A_TIME = 32;

class DiskBlobStore implements BlobStore {
  readonly #folders: Readonly<Record<BlobPlace, string>>;
  readonly #counter: OutputCounter;

  constructor(options: DiskBlobStoreOptions) {
    this.#folders = { input: options.input, output: options.output, temp: options.temp };
    this.#counter = new OutputCounter({ now: options.now ?? Date.now, ignoresCase: process.platform === 'win32' });
  }

  async localPath(reference: BlobReference): Promise<string | undefined> {
    return (await this.#find(reference))?.path;
  }

  async stat(reference: BlobReference): Promise<BlobStat | undefined> {
    const found = await this.#find(reference);
    return found && { sizeBytes: found.sizeBytes, modifiedMs: found.modifiedMs };
  }

  async read(reference: BlobReference, range?: { start: number; end: number }): Promise<Uint8Array> {
    const found = await this.#find(reference);
    if (found === undefined) throw blobError('BLOB_NOT_FOUND', reference);
    if (range === undefined) return await readFile(found.path);
    const start = Math.min(Math.max(range.start, 0), found.sizeBytes);
    const end = Math.min(Math.max(range.end, start), found.sizeBytes);
    return await readRange(found.path, start, end);
  }

  async write(reference: BlobReference, bytes: Uint8Array, options: BlobWriteOptions = {}): Promise<void> {
    const ifExists = options.ifExists ?? 'replace';
    await this.#writing(reference, ifExists, (folder, filename) =>
      this.#counter.around(folder, filename, () => writeAtomically(folder, filename, bytes, ifExists)),
    );
  }

  async writeWith(
    reference: BlobReference,
    produce: (path: string) => Promise<void>,
    options: BlobWriteOptions = {},
  ): Promise<void> {
    const ifExists = options.ifExists ?? 'replace';
    let failure: { readonly error: unknown } | undefined;
    await this.#writing(reference, ifExists, async (folder, filename) => {
      const temporary = temporaryPath(folder);
      try {
        await produce(temporary);
      } catch (error) {
        removeLeftover(temporary);
        failure = { error };
        return;
      }
      await this.#counter.around(folder, filename, async () =>
        finishAtomically(temporary, join(folder, filename), ifExists),
      );
    });
    // It says what went wrong better than an error about files could.
    if (failure !== undefined) throw failure.error;
  }

  /** Opens the folder of a file to be written; what `write` throws becomes an error of the store. */
  async #writing(
    reference: BlobReference,
    ifExists: 'replace' | 'fail',
    write: (folder: string, filename: string) => Promise<void>,
  ): Promise<void> {
    const parts = partsOf(reference);
    const filename = parts?.pop();
    if (parts === undefined || filename === undefined) throw blobError('BLOB_NAME_INVALID', reference);
    try {
      const folder = this.#openFolder(reference.type, parts);
      if (folder === undefined) throw blobError('BLOB_NAME_INVALID', reference);
      await write(folder, filename);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const code = ifExists === 'fail' && reasonOf(error) === 'EEXIST' ? 'BLOB_EXISTS' : 'BLOB_WRITE_FAILED';
      throw blobError(code, reference, error);
    }
  }

  async list(place: BlobPlace, subfolder = ''): Promise<{ name: string; isFolder: boolean }[]> {
    const parts = containedParts(subfolder);
    const root = realPathOf(this.#folders[place]);
    if (parts === undefined || root === undefined) return [];
    const folder = realPathOf(join(root, ...parts));
    if (folder === undefined || !isInside(root, folder)) return [];
    const entries: { name: string; isFolder: boolean }[] = [];
    for (const entry of await entriesOf(folder)) {
      const kind = isTemporaryName(entry.name) ? undefined : await kindOf(entry, folder, root);
      if (kind !== undefined) entries.push({ name: entry.name, isFolder: kind === 'folder' });
    }
    return entries.sort((a, b) => compareCodePoints(a.name, b.name));
  }

  async listFiles(place: BlobPlace): Promise<readonly (BlobStat & { readonly name: string })[]> {
    const folder = this.#folders[place];
    const files: (BlobStat & { readonly name: string })[] = [];
    const waiting = (await this.list(place)).values();
    const work = async (): Promise<void> => {
      for (const { name, isFolder } of waiting) {
        // Links that lead out of the place are not in the list, so there is nothing left to check.
        const found = isFolder ? undefined : await stat(join(folder, name)).catch(() => undefined); // it went away in between
        if (found?.isFile()) files.push({ name, sizeBytes: found.size, modifiedMs: found.mtimeMs });
      }
    };
    await Promise.all(Array.from({ length: STATS_AT_A_TIME }, work));
    return files.sort((a, b) => compareCodePoints(a.name, b.name));
  }

  async nextName(
    place: BlobPlace,
    prefix: string,
    count = 1,
  ): Promise<{ subfolder: string; stem: string; counter: number }> {
    const parts = containedParts(prefix);
    if (parts === undefined) throw new StoreError('OUTPUT_OUTSIDE_FOLDER', { prefix });
    const stem = parts.pop() ?? '';
    const folder = this.#openFolder(place, parts);
    if (folder === undefined) throw new StoreError('OUTPUT_OUTSIDE_FOLDER', { prefix });
    return { subfolder: parts.join('/'), stem, counter: await this.#counter.next(folder, stem, count) };
  }

  async clearTemp(): Promise<void> {
    const { temp } = this.#folders;
    for (const { name } of await entriesOf(temp)) await rm(join(temp, name), { recursive: true, force: true });
    await mkdir(temp, { recursive: true });
  }

  /** The regular file behind a reference, links resolved. */
  async #find(reference: BlobReference): Promise<(BlobStat & { path: string }) | undefined> {
    const parts = partsOf(reference);
    if (parts === undefined) return undefined;
    try {
      const root = realPathOf(this.#folders[reference.type]);
      const path = root === undefined ? undefined : realPathOf(join(root, ...parts));
      if (root === undefined || path === undefined || !isInside(root, path)) return undefined;
      const found = await stat(path);
      return found.isFile() ? { path, sizeBytes: found.size, modifiedMs: found.mtimeMs } : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined; // it went away in between
      throw blobError('BLOB_READ_FAILED', reference, error);
    }
  }

  /** Creates a folder of a place and answers its path without links; undefined when a link leads out of the place. */
  #openFolder(place: BlobPlace, parts: readonly string[]): string | undefined {
    const root = createFolder(this.#folders[place]);
    if (parts.length === 0) return root;
    const path = join(root, ...parts);
    // The deepest part that exists decides: nothing may be created behind a link that leads out.
    let existing = path;
    let real = realPathOf(existing);
    while (real === undefined && existing !== root) {
      existing = dirname(existing);
      real = realPathOf(existing);
    }
    if (real === undefined || !isInside(root, real)) return undefined;
    if (existing === path) return real;
    return createFolder(path);
  }
}

type BlobErrorCode = 'BLOB_EXISTS' | 'BLOB_NAME_INVALID' | 'BLOB_NOT_FOUND' | 'BLOB_READ_FAILED' | 'BLOB_WRITE_FAILED';

function blobError(code: BlobErrorCode, reference: BlobReference, cause?: unknown): StoreError {
  const name = reference.subfolder === '' ? reference.filename : `${reference.subfolder}/${reference.filename}`;
  return new StoreError(
    code,
    { name, place: reference.type, reason: cause === undefined ? '' : reasonOf(cause) },
    { cause },
  );
}

/** Parts of a reference's path below its place, the file name last; undefined when it leaves the place or names no file. */
function partsOf(reference: BlobReference): string[] | undefined {
  const filename = reference.filename.replaceAll('\\', '/');
  // An absolute file name must not become a relative one by joining.
  if (isAbsoluteName(filename) || /(?:^|\/)\.{0,2}$/.test(filename)) return undefined;
  const folder = containedParts(reference.subfolder);
  return folder && containedParts([...folder, filename].join('/'));
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw new StoreError('FOLDER_UNUSABLE', { path: folder, reason: reasonOf(error) }, { cause: error });
  }
}

/** Links count as what they lead to, and only if that lies in the place. */
async function kindOf(entry: Dirent, folder: string, root: string): Promise<'file' | 'folder' | undefined> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (!entry.isSymbolicLink()) return undefined;
  const real = realPathOf(join(folder, entry.name));
  if (real === undefined || !isInside(root, real)) return undefined;
  const found = await stat(real).catch(() => undefined); // it went away in between
  if (found?.isFile()) return 'file';
  return found?.isDirectory() ? 'folder' : undefined;
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  const file = await open(path, 'r');
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) break; // the file became shorter
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

/** Creates a folder unless it is there; answers its path without links. */
function createFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return realpathSync.native(path);
  } catch (error) {
    throw new StoreError('FOLDER_UNUSABLE', { path, reason: reasonOf(error) }, { cause: error });
  }
}

/** Opens the blob store of this machine. Throws FOLDER_UNUSABLE when `input` or `temp` cannot be created. */
export async function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<BlobStore> {
  createFolder(options.input);
  createFolder(options.temp);
  return new DiskBlobStore(options);
}

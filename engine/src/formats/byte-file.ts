// A model file by byte range. No handle stays open between reads, so files can be replaced at any time; `identity` tells.
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { EngineError } from '../errors.ts';

/** One read call may not exceed 2 GiB. */
const MAX_READ_BYTES = 2 ** 30;

/** Reads exactly so many bytes, into a buffer of their own. */
export type ReadBytes = (offset: number, byteLength: number) => Promise<Uint8Array<ArrayBuffer>>;

export interface ByteFile {
  /** Real path: symbolic links are resolved. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Changes when the file is replaced or rewritten: real path, size and modification time. Key for caches. */
  readonly identity: string;
  /** One read. @throws EngineError FILE_UNREADABLE, or what `damaged` gives when the file became shorter. */
  readonly read: ReadBytes;
  /** Many reads with one handle. @throws EngineError as `read`; what `use` throws, too. */
  withReads<Result>(use: (read: ReadBytes) => Promise<Result>): Promise<Result>;
}

/** Error of a file format for a file that contradicts it. */
export type Damaged = (path: string, reason: string) => EngineError;

/** @throws EngineError FILE_UNREADABLE, NOT_A_FILE */
export async function openByteFile(file: string, damaged: Damaged): Promise<ByteFile> {
  const { path, stats } = await locate(file);
  const withReads: ByteFile['withReads'] = use => withHandle(path, handle => use(reader(path, handle, damaged)));
  return {
    path,
    sizeBytes: Number(stats.size),
    identity: identityOf(path, stats),
    read: (offset, byteLength) => withReads(read => read(offset, byteLength)),
    withReads,
  };
}

/** The identity that a file has now, to be compared with that of an opened one; undefined when it is gone. */
export async function currentIdentity(path: string): Promise<string | undefined> {
  try {
    return identityOf(path, await stat(path, { bigint: true }));
  } catch {
    return undefined; // whatever the reason, it can no longer be read as it was
  }
}

function identityOf(path: string, { size, mtimeNs }: BigIntStats): string {
  return `${path}:${size}:${mtimeNs}`;
}

async function locate(file: string): Promise<{ path: string; stats: BigIntStats }> {
  try {
    const path = await realpath(file);
    const stats = await stat(path, { bigint: true });
    // Checked before opening: a named pipe would block for ever.
    if (!stats.isFile()) throw new EngineError('NOT_A_FILE', { path });
    return { path, stats };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

async function withHandle<Result>(path: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return await use(handle);
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    await handle?.close();
  }
}

function unreadable(path: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError('FILE_UNREADABLE', { path, reason }, { cause });
}

function reader(path: string, handle: FileHandle, damaged: Damaged): ReadBytes {
  return async (offset, byteLength) => {
    const bytes = new Uint8Array(byteLength);
    let done = 0;
    while (done < byteLength) {
      const length = Math.min(byteLength - done, MAX_READ_BYTES);
      const { bytesRead } = await handle.read(bytes, done, length, offset + done);
      if (bytesRead === 0) throw damaged(path, `it became shorter while in use, ${offset + done} bytes are left`);
      done += bytesRead;
    }
    return bytes;
  };
}

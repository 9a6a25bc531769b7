// Bytes that come in for a new asset: written to a waiting place and hashed on the way, so that memory does not grow with the file;
// then moved to their folder under a name that is free, complete or not at all.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { claimName } from '../blobs/atomic-write.ts';
import { reasonOf, StoreError } from '../errors.ts';
import type { ReceivedContent } from '../ports/asset-store.ts';
import { createContentHasher } from './content-hash.ts';

/** Writes and hashes; leaves nothing behind when that fails. */
export async function receiveContent(folder: string, chunks: AsyncIterable<Uint8Array>): Promise<ReceivedContent> {
  const path = join(folder, `${randomBytes(16).toString('hex')}.part`);
  const hasher = await createContentHasher();
  let sizeBytes = 0;
  try {
    await mkdir(folder, { recursive: true });
    await pipeline(
      chunks,
      async function* (source: AsyncIterable<Uint8Array>) {
        for await (const chunk of source) {
          hasher.update(chunk);
          sizeBytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(path, { flags: 'wx' }),
    );
  } catch (error) {
    await rm(path, { force: true });
    throw isFileError(error) ? failed(path, error) : error;
  }
  return { path, hash: hasher.digest(), sizeBytes };
}

/** Moves received content into a folder; answers the path that it got: `name.ext`, `name (1).ext`, ... */
export async function placeContent(content: ReceivedContent, wantedPath: string): Promise<string> {
  const folder = dirname(wantedPath);
  try {
    await mkdir(folder, { recursive: true });
    const { name, ext } = posix.parse(wantedPath.slice(folder.length + 1));
    for (let attempt = 0; ; attempt++) {
      const target = join(folder, attempt === 0 ? `${name}${ext}` : `${name} (${attempt})${ext}`);
      if (await tryToClaim(content.path, target)) return target;
    }
  } catch (error) {
    throw failed(wantedPath, error);
  }
}

/** Answers false when the name is taken. */
async function tryToClaim(source: string, target: string): Promise<boolean> {
  try {
    claimName(source, target);
    return true;
  } catch (error) {
    if (reasonOf(error) === 'EEXIST') return false;
    if (reasonOf(error) !== 'EXDEV') throw error;
  }
  // Another file system: the copy gets a hidden name in the folder first.
  const copy = join(dirname(target), `.snug-${randomBytes(8).toString('hex')}.tmp`);
  try {
    await copyFile(source, copy);
    claimName(copy, target);
  } catch (error) {
    await rm(copy, { force: true });
    if (reasonOf(error) === 'EEXIST') return false;
    throw error;
  }
  await rm(source, { force: true });
  return true;
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function failed(path: string, error: unknown): StoreError {
  return new StoreError('ASSET_IO_FAILED', { path, reason: reasonOf(error) }, { cause: error });
}

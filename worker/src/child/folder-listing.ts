// The files of one folder, read again only when the folder has changed: with many thousands of uploads reading takes long, and
// every question about a loader's option list would pay for it.
import { stat } from 'node:fs/promises';

/**
 * File systems keep times in ticks of up to two seconds. A folder that changed less than that before it was read may have
 * changed again in the same tick, so what was read is not kept.
 */
const TICK_MS = 2_000;

/** @param read lists the folder at `path`. */
export function createFolderListing(
  path: string,
  read: () => Promise<readonly string[]>,
  now: () => number = Date.now,
): () => Promise<readonly string[]> {
  let known: { readonly modifiedMs: number; readonly names: readonly string[] } | undefined;
  return async () => {
    const modifiedMs = await stat(path).then(
      found => found.mtimeMs,
      () => undefined, // no such folder: `read` knows what that means
    );
    if (known !== undefined && known.modifiedMs === modifiedMs) return known.names;
    const readAt = now();
    const names = await read();
    known = modifiedMs !== undefined && readAt - modifiedMs > TICK_MS ? { modifiedMs, names } : undefined;
    return names;
  };
}

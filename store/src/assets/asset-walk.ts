// All files of a folder of assets, in small batches, with their sizes and times. Links are followed as in model folders, but not
// back into a folder that is being walked; hidden names are left out.
import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AssetFolder, isListed } from './asset-folders.ts';
import type { SeenFile } from './asset-records.ts';

/** So many files are looked at, and written down, in one go: a few milliseconds. */
const BATCH_SIZE = 64;

interface Folder {
  readonly path: string;
  readonly relativePath: string;
  readonly ancestors: ReadonlySet<string>;
}

/** Folders that cannot be read are skipped: one of them must not hide all others. */
export async function* walkAssetFolder(folder: AssetFolder): AsyncGenerator<readonly SeenFile[]> {
  let batch: Promise<SeenFile | undefined>[] = [];
  for await (const relativePath of pathsBelow(folder.path)) {
    if (!isListed(relativePath, folder)) continue;
    batch.push(look(folder, relativePath));
    if (batch.length < BATCH_SIZE) continue;
    yield await seenOf(batch);
    batch = [];
  }
  yield await seenOf(batch);
}

async function seenOf(batch: readonly Promise<SeenFile | undefined>[]): Promise<SeenFile[]> {
  return (await Promise.all(batch)).filter(seen => seen !== undefined);
}

async function look(folder: AssetFolder, relativePath: string): Promise<SeenFile | undefined> {
  const path = join(folder.path, relativePath);
  const found = await stat(path).catch(() => undefined); // gone meanwhile, or a link that leads nowhere
  if (!found?.isFile()) return undefined;
  return { path, location: { folder, relativePath }, sizeBytes: found.size, modifiedMs: found.mtimeMs };
}

/** Files and links, relative with `/`. */
async function* pathsBelow(root: string): AsyncGenerator<string> {
  const waiting: Folder[] = [{ path: root, relativePath: '', ancestors: new Set() }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const real = await realpath(folder.path).catch(() => undefined); // missing folders are allowed and empty
    if (real === undefined || folder.ancestors.has(real)) continue;
    const ancestors = new Set([...folder.ancestors, real]);
    for await (const entry of entriesOf(folder.path)) {
      if (entry.name.startsWith('.')) continue;
      const relativePath = folder.relativePath === '' ? entry.name : `${folder.relativePath}/${entry.name}`;
      const path = join(folder.path, entry.name);
      if (await isFolder(entry, path)) waiting.push({ path, relativePath, ancestors });
      else yield relativePath;
    }
  }
}

async function* entriesOf(path: string): AsyncGenerator<Dirent> {
  const opened = await opendir(path, { bufferSize: BATCH_SIZE }).catch(() => undefined); // not for us to read
  if (opened !== undefined) yield* opened;
}

async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false; // a link that leads nowhere
}

// Everything below a user's folder. Links count as what they lead to, and only if that lies in the folder; a link back into
// a folder that is being walked is not followed.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '@snug/protocol';
import { isTemporaryName } from '../blobs/atomic-write.ts';
import { isInside, isMissing, realPathOf } from '../contained-path.ts';
import type { UserEntry, UserListOptions } from '../ports/user-files.ts';
import { userEntryOf } from './user-entry.ts';
import type { UserPlace } from './user-paths.ts';

/** A folder on the way down. */
interface Folder {
  readonly absolute: string;
  readonly path: string;
  readonly parent: Folder | undefined;
}

/** Entries by code point of their path. */
export async function walkUserFolder(place: UserPlace, options: UserListOptions): Promise<UserEntry[]> {
  const found: UserEntry[] = [];
  const waiting: Folder[] = [{ absolute: place.absolute, path: place.path, parent: undefined }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const parent = folder;
    const names = (await entriesOf(folder.absolute)).filter(name => isShown(name, options));
    const entries = await Promise.all(names.map(name => entryAt(name, parent, place.root)));
    for (const entry of entries) {
      if (entry === undefined) continue;
      found.push(entry.entry);
      const child = { absolute: entry.real, path: entry.entry.path, parent };
      if (options.isRecursive && entry.entry.kind === 'folder' && !isLoop(child)) waiting.push(child);
    }
  }
  return found.sort((a, b) => compareCodePoints(a.path, b.path));
}

function isShown({ name }: Dirent, { skipsHidden }: UserListOptions): boolean {
  return !isTemporaryName(name) && !(skipsHidden && name.startsWith('.'));
}

async function entryAt(
  { name }: Dirent,
  folder: Folder,
  root: string,
): Promise<{ entry: UserEntry; real: string } | undefined> {
  const absolute = join(folder.absolute, name);
  const real = realPathOf(absolute);
  if (real === undefined || !isInside(root, real)) return undefined;
  try {
    const found = await stat(real);
    if (!found.isFile() && !found.isDirectory()) return undefined;
    return { entry: userEntryOf(folder.path === '' ? name : `${folder.path}/${name}`, found), real };
  } catch (error) {
    if (isMissing(error)) return undefined; // it went away in between
    throw error;
  }
}

function isLoop(folder: Folder): boolean {
  for (let current = folder.parent; current !== undefined; current = current.parent) {
    if (current.absolute === folder.absolute) return true;
  }
  return false;
}

async function entriesOf(absolute: string): Promise<Dirent[]> {
  try {
    return await readdir(absolute, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

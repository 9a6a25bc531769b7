// From a user's path, as a client gives it, to a place on the disk: inside of the user's folder with links resolved, or
// refused. The folder itself may be a link; nothing in it may lead out of it.
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { containedParts, isInside, realPathOf } from '../contained-path.ts';
import { StoreError } from '../errors.ts';
import { userFolder } from './user-folder.ts';

/** Longest file or folder name that common file systems accept, in bytes. */
const MAX_SEGMENT_BYTES = 255;

export interface UserPlace {
  /** Folder of the user, without links; it exists. */
  readonly root: string;
  /** Absolute, below `root`. */
  readonly absolute: string;
  /** Relative with `/`. */
  readonly path: string;
}

/**
 * Place of something that may exist; undefined when the user has no folder yet.
 * @throws StoreError USER_PATH_OUTSIDE, USER_UNKNOWN.
 */
export function findUserPlace(users: string, userId: string, path: string): UserPlace | undefined {
  const parts = partsOf(path);
  const root = realPathOf(userFolder(users, userId));
  if (root === undefined) return undefined;
  return placeOf(root, parts);
}

/**
 * Place for something that will be written: its folder exists when this returns.
 * @throws StoreError USER_PATH_OUTSIDE, USER_FILE_NAME_UNUSABLE, USER_UNKNOWN; errors of the file system as they are.
 */
export function openUserPlace(users: string, userId: string, path: string): UserPlace {
  const parts = partsOf(path);
  const reason = unusableReason(parts);
  if (reason !== undefined) throw new StoreError('USER_FILE_NAME_UNUSABLE', { path, reason });
  const folder = userFolder(users, userId);
  mkdirSync(folder, { recursive: true });
  const place = placeOf(realpathSync.native(folder), parts);
  mkdirSync(dirname(place.absolute), { recursive: true });
  return place;
}

function partsOf(path: string): string[] {
  const parts = containedParts(path);
  if (parts === undefined) throw new StoreError('USER_PATH_OUTSIDE', { path });
  return parts;
}

function placeOf(root: string, parts: readonly string[]): UserPlace {
  const absolute = join(root, ...parts);
  // The deepest part that exists decides: nothing may be read or created behind a link that leads out.
  let existing = absolute;
  let real = realPathOf(existing);
  while (real === undefined && existing !== root) {
    existing = dirname(existing);
    real = realPathOf(existing);
  }
  const path = parts.join('/');
  if (real === undefined || !isInside(root, real)) throw new StoreError('USER_PATH_OUTSIDE', { path });
  return { root, absolute: existing === absolute ? real : absolute, path };
}

function unusableReason(parts: readonly string[]): string | undefined {
  if (parts.length === 0) return 'it names no file';
  if (parts.some(part => Buffer.byteLength(part) > MAX_SEGMENT_BYTES)) {
    return `a part of it is longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return parts.some(hasControlCharacter) ? 'it has control characters' : undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true;
  return false;
}

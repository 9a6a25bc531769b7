// User data as plain files below the user's folder, as people know and back them up. Changes of one user's files follow each
// other, so "does it exist" and "write it" are one step; writes appear completely or not at all.
import { renameSync, type Stats } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { writeAtomically } from '../blobs/atomic-write.ts';
import { isMissing } from '../contained-path.ts';
import { reasonOf, StoreError } from '../errors.ts';
import type { FoundUserEntry, UserEntry, UserFiles, UserListOptions, UserWriteOptions } from '../ports/user-files.ts';
import { userEntryOf } from './user-entry.ts';
import { walkUserFolder } from './user-folder-walk.ts';
import { findUserPlace, openUserPlace, type UserPlace } from './user-paths.ts';
import { WorkQueue } from './work-queue.ts';

/** Failures of the file system that are the name's fault: a file where a folder is needed, characters it does not take. */
const NAME_FAULTS: ReadonlySet<string> = new Set([
  'EEXIST',
  'EINVAL',
  'EILSEQ',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOTDIR',
  'ENOTEMPTY',
]);

export class DiskUserFiles implements UserFiles {
  readonly #users: string;
  readonly #queue = new WorkQueue();

  constructor(users: string) {
    this.#users = users;
  }

  async find(userId: string, path: string): Promise<FoundUserEntry | undefined> {
    const place = this.#place(userId, path);
    const found = place && (await statOf(place));
    return found && { ...userEntryOf(place.path, found), localPath: place.absolute };
  }

  write(userId: string, path: string, bytes: Uint8Array, options: UserWriteOptions = {}): Promise<UserEntry> {
    return this.#change(userId, path, async () => {
      const place = openUserPlace(this.#users, userId, path);
      const found = await statOf(place);
      if (found?.isDirectory()) throw unusable(path, 'there is a folder of this name');
      if (found !== undefined && options.ifExists === 'fail') throw new StoreError('USER_FILE_EXISTS', { path });
      await writeAtomically(dirname(place.absolute), basename(place.absolute), bytes, options.ifExists ?? 'replace');
      return userEntryOf(place.path, await stat(place.absolute));
    });
  }

  remove(userId: string, path: string): Promise<boolean> {
    return this.#change(userId, path, async () => {
      const place = findUserPlace(this.#users, userId, path);
      const found = place && (await statOf(place));
      if (found === undefined || place === undefined) return false;
      if (found.isDirectory()) throw unusable(path, 'it is a folder');
      await rm(place.absolute);
      return true;
    });
  }

  move(userId: string, from: string, to: string, options: UserWriteOptions = {}): Promise<UserEntry | undefined> {
    return this.#change(userId, to, async () => {
      const source = findUserPlace(this.#users, userId, from);
      const moved = source && (await statOf(source));
      if (moved === undefined || source === undefined) return undefined;
      const target = openUserPlace(this.#users, userId, to);
      const existing = await statOf(target);
      if (existing !== undefined && options.ifExists === 'fail') throw new StoreError('USER_FILE_EXISTS', { path: to });
      if (existing !== undefined && existing.isDirectory() !== moved.isDirectory()) {
        throw unusable(to, 'a file and a folder cannot take the place of each other');
      }
      if (target.absolute !== source.absolute) renameSync(source.absolute, target.absolute);
      return userEntryOf(target.path, await stat(target.absolute));
    });
  }

  async list(userId: string, folder: string, options: UserListOptions): Promise<UserEntry[] | undefined> {
    const place = this.#place(userId, folder);
    const found = place && (await statOf(place));
    if (found === undefined || place === undefined) return undefined;
    if (!found.isDirectory()) return [];
    try {
      return await walkUserFolder(place, options);
    } catch (error) {
      throw failed(folder, error);
    }
  }

  #place(userId: string, path: string): UserPlace | undefined {
    try {
      return findUserPlace(this.#users, userId, path);
    } catch (error) {
      throw failed(path, error);
    }
  }

  /** One change of a user's files at a time. */
  #change<T>(userId: string, path: string, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(userId, async () => {
      try {
        return await work();
      } catch (error) {
        throw failed(path, error);
      }
    });
  }
}

async function statOf({ absolute, path }: UserPlace): Promise<Stats | undefined> {
  try {
    const found = await stat(absolute);
    return found.isFile() || found.isDirectory() ? found : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw failed(path, error);
  }
}

function unusable(path: string, reason: string): StoreError {
  return new StoreError('USER_FILE_NAME_UNUSABLE', { path, reason });
}

function failed(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const reason = reasonOf(error);
  const code = NAME_FAULTS.has(reason) ? 'USER_FILE_NAME_UNUSABLE' : 'USER_FILE_FAILED';
  return new StoreError(code, { path, reason }, { cause: error });
}

// The list of users in `users.json`: an object from id to name. It is read anew each time, because people edit it by hand, and a
// damaged file is an error and never overwritten: ids are the only way to the folders of their users.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, orderedEntries, parseLossless, stringifyPython } from '@snug/protocol';
import { writeAtomically } from '../blobs/atomic-write.ts';
import { isMissing } from '../contained-path.ts';
import { reasonOf, StoreError } from '../errors.ts';
import type { UserRegistry } from '../ports/user-registry.ts';
import { isUserId, userFolder } from './user-folder.ts';
import { WorkQueue } from './work-queue.ts';

const FILE_NAME = 'users.json';

/** Characters of a name that ids keep; runs of others become one hyphen. */
const NOT_IN_IDS = /[^A-Za-z0-9_-]+/g;

/** With the UUID behind it, the id is still a folder name on every file system. */
const MAX_NAME_LENGTH = 100;

export class DiskUserRegistry implements UserRegistry {
  readonly #root: string;
  readonly #path: string;
  readonly #queue = new WorkQueue();

  constructor(root: string) {
    this.#root = root;
    this.#path = join(root, FILE_NAME);
  }

  async list(): Promise<ReadonlyMap<string, string>> {
    const entries = orderedEntries(await this.#read());
    return new Map(entries.filter(([id]) => isUserId(id)).map(([id, name]) => [id, String(name)]));
  }

  async add(name: string): Promise<string> {
    const problem = problemOf(name);
    if (problem !== undefined) throw new StoreError('USER_NAME_INVALID', { name, problem });
    return await this.#queue.run(FILE_NAME, async () => {
      const users = await this.#read();
      if (Object.values(users).includes(name)) throw new StoreError('USER_NAME_TAKEN', { name });
      const id = `${name.replace(NOT_IN_IDS, '-')}_${randomUUID()}`;
      users[id] = name;
      await mkdir(this.#root, { recursive: true });
      await writeAtomically(this.#root, FILE_NAME, Buffer.from(stringifyPython(users)), 'replace');
      return id;
    });
  }

  async hasData(userId: string): Promise<boolean> {
    try {
      return (await stat(userFolder(this.#root, userId))).isDirectory();
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async #read(): Promise<JsonObject> {
    try {
      const value = parseLossless(await readFile(this.#path, 'utf8'));
      if (isJsonObject(value)) return value;
    } catch (error) {
      if (isMissing(error)) return {};
      throw this.#damaged(reasonOf(error), error);
    }
    throw this.#damaged('it is no JSON object');
  }

  #damaged(reason: string, cause?: unknown): StoreError {
    return new StoreError('USERS_FILE_DAMAGED', { path: this.#path, reason }, { cause });
  }
}

function problemOf(name: string): string | undefined {
  if (name.trim() === '') return 'it is blank';
  if (name.startsWith('__')) return 'names that start with "__" belong to the server';
  if (name.length > MAX_NAME_LENGTH) return `it is longer than ${MAX_NAME_LENGTH} characters`;
  return undefined;
}

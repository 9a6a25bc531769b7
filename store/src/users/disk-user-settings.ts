// A user's settings in `comfy.settings.json` (spec http.md section 10). A file that cannot be understood counts as empty, as clients
// expect, but its content is kept under another name before it is replaced.
import { constants, copyFileSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, orderedEntries, orderedObject, parseLossless } from '@snug/protocol';
import { writeAtomically } from '../blobs/atomic-write.ts';
import { isMissing } from '../contained-path.ts';
import { reasonOf, StoreError } from '../errors.ts';
import type { UserSettings } from '../ports/user-settings.ts';
import { indentedJson } from './indented-json.ts';
import { userFolder } from './user-folder.ts';
import { WorkQueue } from './work-queue.ts';

const FILE_NAME = 'comfy.settings.json';

interface Stored {
  readonly settings: JsonObject;
  /** Why the file could not be understood. */
  readonly damage?: string;
}

export class DiskUserSettings implements UserSettings {
  readonly #root: string;
  readonly #onDamage: (problem: StoreError) => void;
  readonly #queue = new WorkQueue();
  /** Files that were reported already: a front end asks again and again. */
  readonly #reported = new Set<string>();

  constructor(root: string, onDamage: (problem: StoreError) => void) {
    this.#root = root;
    this.#onDamage = onDamage;
  }

  async read(userId: string): Promise<JsonObject> {
    const folder = userFolder(this.#root, userId);
    const { settings, damage } = await this.#load(folder);
    if (damage !== undefined) this.#report(folder, damage);
    return settings;
  }

  async change(userId: string, changes: JsonObject): Promise<void> {
    const folder = userFolder(this.#root, userId);
    await this.#queue.run(folder, async () => {
      const { settings, damage } = await this.#load(folder);
      try {
        mkdirSync(folder, { recursive: true });
        if (damage !== undefined) keepAside(folder);
        const merged = orderedObject([...orderedEntries(settings), ...orderedEntries(changes)]);
        await writeAtomically(folder, FILE_NAME, Buffer.from(indentedJson(merged)), 'replace');
      } catch (error) {
        throw failed(folder, error);
      }
      if (damage !== undefined) this.#report(folder, damage);
      this.#reported.delete(folder);
    });
  }

  async #load(folder: string): Promise<Stored> {
    let text: string;
    try {
      text = await readFile(join(folder, FILE_NAME), 'utf8');
    } catch (error) {
      if (isMissing(error)) return { settings: {} };
      throw failed(folder, error); // What cannot be read now must not be replaced by nothing.
    }
    try {
      const value = parseLossless(text.replace(/^\ufeff/, ''));
      return isJsonObject(value) ? { settings: value } : { settings: {}, damage: 'it is no JSON object' };
    } catch (error) {
      return { settings: {}, damage: reasonOf(error) };
    }
  }

  #report(folder: string, reason: string): void {
    if (this.#reported.has(folder)) return;
    this.#reported.add(folder);
    const details = { path: join(folder, FILE_NAME), reason, kept: asideName('N') };
    this.#onDamage(new StoreError('USER_SETTINGS_DAMAGED', details));
  }
}

/** Copies the damaged file to a name that is still free. */
function keepAside(folder: string): void {
  for (let number = 1; ; number++) {
    try {
      copyFileSync(join(folder, FILE_NAME), join(folder, asideName(number)), constants.COPYFILE_EXCL);
      return;
    } catch (error) {
      if (reasonOf(error) !== 'EEXIST') throw error;
    }
  }
}

function asideName(number: number | string): string {
  return `comfy.settings.damaged-${number}.json`;
}

function failed(folder: string, cause: unknown): StoreError {
  return new StoreError('USER_FILE_FAILED', { path: join(folder, FILE_NAME), reason: reasonOf(cause) }, { cause });
}

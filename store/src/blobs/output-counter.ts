// Counters of output files (spec files.md section 5): for the prefix `name`, one more than the highest number found in
// entries `name_<number>_…` of the folder. Reading a folder of 100,000 files takes long, so what was found is kept as
// long as the folder's modification time stands still; writes of this process are added to it without reading again.
// A change by others within one tick of the file system's clock can stay unnoticed: whoever must not overwrite writes with
// `ifExists: 'fail'`, and a refused write makes the folder be read again.
// Numbers that were handed out stay set aside for a while, so that concurrent writers do not get the same.
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** How long a number is kept for a writer that has not written yet. */
const RESERVATION_MS = 60_000;
const MAX_CACHED_FOLDERS = 256;

interface FolderState {
  modifiedNs: bigint;
  /** Highest number by prefix name. */
  readonly highest: Map<string, number>;
}

export class OutputCounter {
  readonly #folders = new Map<string, FolderState>();
  readonly #reserved = new Map<string, { readonly upTo: number; readonly atMs: number }>();
  readonly #now: () => number;
  readonly #ignoresCase: boolean;

  constructor(options: { readonly now: () => number; readonly ignoresCase: boolean }) {
    this.#now = options.now;
    this.#ignoresCase = options.ignoresCase;
  }

  /** First of `count` free numbers. A name with `%batch_num%` matches no file that is written and sets nothing aside (kept from the reference). */
  async next(folder: string, name: string, count: number): Promise<number> {
    const highest = await this.#highestIn(folder, name);
    const key = `${folder}\0${this.#fold(name)}`;
    const counter = Math.max(highest, this.#reservedUpTo(key)) + 1;
    if (!name.includes('%batch_num%')) this.#reserved.set(key, { upTo: counter + count - 1, atMs: this.#now() });
    return counter;
  }

  /** Runs a write of ours and carries what is known of the folder over it. */
  async around<T>(folder: string, filename: string, write: () => Promise<T>): Promise<T> {
    const state = this.#folders.get(folder);
    if (state === undefined) return await write();
    const before = modifiedNsOf(folder);
    try {
      const result = await write();
      for (const [name, highest] of state.highest) {
        state.highest.set(name, Math.max(highest, this.#numberIn(filename, name)));
      }
      // Changed by somebody else in between: the state stays outdated and the folder is read again.
      if (before === state.modifiedNs) state.modifiedNs = modifiedNsOf(folder);
      return result;
    } catch (error) {
      this.#folders.delete(folder);
      throw error;
    }
  }

  async #highestIn(folder: string, name: string): Promise<number> {
    const modifiedNs = modifiedNsOf(folder);
    const known = this.#folders.get(folder);
    const cached = known?.modifiedNs === modifiedNs ? known.highest.get(this.#fold(name)) : undefined;
    if (cached !== undefined) return cached;
    let highest = 0;
    for (const entry of await readdir(folder)) highest = Math.max(highest, this.#numberIn(entry, name));
    this.#remember(folder, modifiedNs, name, highest);
    return highest;
  }

  #remember(folder: string, modifiedNs: bigint, name: string, highest: number): void {
    let state = this.#folders.get(folder);
    if (state?.modifiedNs !== modifiedNs) {
      if (this.#folders.size >= MAX_CACHED_FOLDERS) this.#folders.clear();
      state = { modifiedNs, highest: new Map() };
      this.#folders.set(folder, state);
    }
    state.highest.set(this.#fold(name), highest);
  }

  #reservedUpTo(key: string): number {
    const reservation = this.#reserved.get(key);
    if (reservation === undefined) return 0;
    if (this.#now() - reservation.atMs < RESERVATION_MS) return reservation.upTo;
    this.#reserved.delete(key);
    return 0;
  }

  /** Number of an entry under a prefix; 0 when it has none. */
  #numberIn(entry: string, name: string): number {
    const prefix = `${this.#fold(name)}_`;
    if (!this.#fold(entry).startsWith(prefix)) return 0;
    const digits = entry.slice(prefix.length).split(/[_.]/, 1)[0] ?? '';
    const number = /^\d+$/.test(digits) ? Number(digits) : 0;
    return Number.isSafeInteger(number) ? number : 0;
  }

  #fold(name: string): string {
    return this.#ignoresCase ? name.toLowerCase() : name;
  }
}

function modifiedNsOf(folder: string): bigint {
  return statSync(folder, { bigint: true }).mtimeNs;
}

// One look through the folders: first every file is written down (fast), then files that are gone are marked, then contents are
// hashed if that is wanted (slow). Everything happens in small steps between which the event loop is free.
import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { isMissing } from '../contained-path.ts';
import type { AssetRoot, SeedEvent, SeedStats } from '../ports/asset-store.ts';
import type { AssetFolder } from './asset-folders.ts';
import type { AssetRecords, SeenFile } from './asset-records.ts';
import { walkAssetFolder } from './asset-walk.ts';
import { hashOfFile } from './content-hash.ts';

/** Files between two progress events. */
const PROGRESS_STEP = 1024;

export interface AssetScanOptions {
  readonly records: AssetRecords;
  readonly folders: readonly AssetFolder[];
  readonly roots: readonly AssetRoot[];
  /** Whether contents are hashed, too. */
  readonly hashesContents: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: SeedEvent, stats: SeedStats) => void;
}

type Counters = { -readonly [Key in keyof SeedStats]: SeedStats[Key] };

export class AssetScan {
  readonly #options: AssetScanOptions;
  readonly #counters: Counters;

  constructor(options: AssetScanOptions) {
    this.#options = options;
    this.#counters = { roots: options.roots, total: 0, created: 0, updated: 0, skipped: 0, missing: 0, hashed: 0 };
  }

  get stats(): SeedStats {
    return { ...this.#counters };
  }

  /** Rejects with the reason of the signal when it is aborted. */
  async run(): Promise<SeedStats> {
    const { roots, onEvent, hashesContents } = this.#options;
    onEvent('started', this.stats);
    for (const root of roots) await this.#scanRoot(root);
    onEvent('fast_complete', this.stats);
    if (hashesContents) {
      for (const root of roots) await this.#hashRoot(root);
      onEvent('enrich_complete', this.stats);
    }
    onEvent('completed', this.stats);
    return this.stats;
  }

  async #scanRoot(root: AssetRoot): Promise<void> {
    const seen = new Set<number>();
    for (const folder of this.#options.folders.filter(candidate => candidate.root === root)) {
      for await (const files of walkAssetFolder(folder)) {
        await this.#pause();
        this.#note(files, seen);
      }
    }
    await this.#markMissing(root, seen);
  }

  #note(files: readonly SeenFile[], seen: Set<number>): void {
    const { records, onEvent } = this.#options;
    const counters = this.#counters;
    const before = counters.total;
    records.transaction(() => {
      for (const file of files) {
        const { seq, outcome } = records.noteFile(file);
        seen.add(seq);
        counters.total++;
        if (outcome === 'created') counters.created++;
        else if (outcome === 'updated') counters.updated++;
        else counters.skipped++;
      }
    });
    if (Math.floor(before / PROGRESS_STEP) < Math.floor(counters.total / PROGRESS_STEP))
      onEvent('progress', this.stats);
  }

  /** Files that were known and not seen: those that came during the scan are still there, so each is looked for. */
  async #markMissing(root: AssetRoot, seen: ReadonlySet<number>): Promise<void> {
    const { records } = this.#options;
    for (let after = 0; ; ) {
      const known = records.statements.filesOfRoot.all([root, after]);
      for (const { seq, path } of known) {
        if (seen.has(seq) || !(await isGone(path))) continue;
        records.transaction(() => records.setMissing(seq));
        this.#counters.missing++;
      }
      await this.#pause();
      const last = known.at(-1);
      if (last === undefined) return;
      after = last.seq;
    }
  }

  async #hashRoot(root: AssetRoot): Promise<void> {
    const { statements } = this.#options.records;
    for (let after = 0; ; ) {
      const file = statements.unhashedAfter.get([root, after]);
      if (file === undefined) return;
      after = file.seq;
      const hash = await this.#hashOf(file.path);
      if (hash !== undefined) {
        statements.setHash.run([hash, file.seq]);
        this.#counters.hashed++;
      }
      await this.#pause();
    }
  }

  /** Undefined for files that cannot be read or changed meanwhile: the next scan comes to them again. */
  async #hashOf(path: string): Promise<string | undefined> {
    try {
      const before = await stat(path);
      const hash = await hashOfFile(path, this.#options.signal);
      const after = await stat(path);
      return before.mtimeMs === after.mtimeMs && before.size === after.size ? hash : undefined;
    } catch {
      this.#options.signal.throwIfAborted();
      return undefined;
    }
  }

  async #pause(): Promise<void> {
    await setImmediate();
    this.#options.signal.throwIfAborted();
  }
}

async function isGone(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch (error) {
    return isMissing(error); // a disk that is away for a moment is no reason to forget its files
  }
}

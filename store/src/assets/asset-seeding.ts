// At most one scan at a time: started, watched, cancelled.
import { reasonOf } from '../errors.ts';
import type { AssetRoot, SeedEvent, SeedStats, SeedStatus } from '../ports/asset-store.ts';
import type { AssetFolder } from './asset-folders.ts';
import type { AssetRecords } from './asset-records.ts';
import { AssetScan } from './asset-scan.ts';

export interface AssetSeedingOptions {
  readonly records: AssetRecords;
  /** Asked at each start: packs may add folders. */
  readonly folders: () => readonly AssetFolder[];
  readonly hashesContents: boolean;
  readonly onEvent: (event: SeedEvent, stats: SeedStats, error: string | null) => void;
}

interface Run {
  readonly scan: AssetScan;
  readonly cancel: AbortController;
  readonly done: Promise<SeedStats>;
}

export class AssetSeeding {
  readonly #options: AssetSeedingOptions;
  #current: Run | undefined;
  #last: SeedStats | null = null;
  #error: string | null = null;

  constructor(options: AssetSeedingOptions) {
    this.#options = options;
  }

  /** Undefined when one runs already. The answer never rejects: what went wrong is in the status. */
  start(roots: readonly AssetRoot[]): Promise<SeedStats> | undefined {
    if (this.#current !== undefined) return undefined;
    const { records, folders, hashesContents, onEvent } = this.#options;
    const cancel = new AbortController();
    const scan = new AssetScan({
      records,
      folders: folders(),
      roots,
      hashesContents,
      signal: cancel.signal,
      onEvent: (event, stats) => onEvent(event, stats, null),
    });
    this.#error = null;
    const done = this.#run(scan, cancel.signal);
    this.#current = { scan, cancel, done };
    return done;
  }

  status(): SeedStatus {
    const current = this.#current;
    if (current === undefined) return { state: 'idle', stats: this.#last, error: this.#error };
    return { state: current.cancel.signal.aborted ? 'cancelling' : 'running', stats: current.scan.stats, error: null };
  }

  cancel(): boolean {
    this.#current?.cancel.abort();
    return this.#current !== undefined;
  }

  /** Cancels and waits for the end. */
  async stop(): Promise<void> {
    this.cancel();
    await this.#current?.done;
  }

  async #run(scan: AssetScan, signal: AbortSignal): Promise<SeedStats> {
    await Promise.resolve(); // `start` has returned when the first event comes
    try {
      await scan.run();
    } catch (error) {
      if (!signal.aborted) this.#error = reasonOf(error);
      this.#options.onEvent(signal.aborted ? 'cancelled' : 'error', scan.stats, this.#error);
    }
    this.#last = scan.stats;
    this.#current = undefined;
    return scan.stats;
  }
}

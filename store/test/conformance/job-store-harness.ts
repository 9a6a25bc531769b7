// What an adapter's test provides so that the shared suite can run against it.
import type { HistoryRetention, JobStore } from '../../src/index.ts';

export interface JobStoreOptions {
  readonly retention?: HistoryRetention;
  readonly now?: () => number;
}

export interface JobStoreHarness {
  /** Opens the store of this test; opened again after `close` it has the same data. */
  open(options?: JobStoreOptions): Promise<JobStore>;
  /** What a child process needs to open the same store: a module with `open(argument)` and its argument. */
  readonly crashTarget: { readonly module: URL; readonly argument: string };
  /** Throws the data away; stores are closed by then. */
  dispose(): Promise<void>;
}

/** The store of the running test. */
export interface CurrentStore {
  (): JobStore;
  /** Closes it and opens it again on the same data. */
  reopen(options?: JobStoreOptions): Promise<void>;
}

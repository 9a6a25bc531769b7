// What an adapter's test provides so that the shared suite for user stores can run against it.
import type { UserStore } from '../../src/index.ts';

export interface UserStoreHarness {
  /** Opens the store of this test; opened again it has the same data. */
  open(): UserStore;
  /** Throws the data away. */
  dispose(): Promise<void>;
}

/** The store of the running test. */
export interface CurrentUserStore {
  (): UserStore;
  /** Another store on the same data, as after a restart. */
  reopen(): void;
}

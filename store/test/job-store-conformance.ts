// What every job store must do, whatever is behind it. An adapter's test calls `describeJobStore` with a harness;
// nothing in here knows a database.
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { afterEach, beforeEach, describe } from 'vitest';
import type { JobStore } from '../src/index.ts';
import { describeCrashes } from './conformance/describe-crashes.ts';
import { describeDurability } from './conformance/describe-durability.ts';
import { describeHistory } from './conformance/describe-history.ts';
import { describeListing } from './conformance/describe-listing.ts';
import { describeQueue } from './conformance/describe-queue.ts';
import type { CurrentStore, JobStoreHarness, JobStoreOptions } from './conformance/job-store-harness.ts';

export function describeJobStore(name: string, createHarness: () => Promise<JobStoreHarness>): void {
  describe(`${name} as a job store`, () => {
    let harness: JobStoreHarness;
    let store: JobStore;

    beforeEach(async () => {
      harness = await createHarness();
      store = await harness.open();
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    const reopen = async (options?: JobStoreOptions): Promise<void> => {
      await store.close();
      store = await harness.open(options);
    };
    const current: CurrentStore = Object.assign(() => store, { reopen });

    describeQueue(current);
    describeHistory(current);
    describeListing(current);
    describeDurability(current);
    describeCrashes(current, () => harness.crashTarget);
  });
}

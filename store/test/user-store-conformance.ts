// What every user store must do, whatever is behind it. An adapter's test calls `describeUserStore` with a harness.
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { afterEach, beforeEach, describe } from 'vitest';
import type { UserStore } from '../src/index.ts';
import { describeUserFiles } from './conformance/describe-user-files.ts';
import { describeUserRegistry } from './conformance/describe-user-registry.ts';
import { describeUserSettings } from './conformance/describe-user-settings.ts';
import type { CurrentUserStore, UserStoreHarness } from './conformance/user-store-harness.ts';

export function describeUserStore(name: string, createHarness: () => Promise<UserStoreHarness>): void {
  describe(`${name} as a user store`, () => {
    let harness: UserStoreHarness;
    let store: UserStore;

    beforeEach(async () => {
      harness = await createHarness();
      store = harness.open();
    });
    afterEach(() => harness.dispose());

    const reopen = (): void => {
      store = harness.open();
    };
    const current: CurrentUserStore = Object.assign(() => store, { reopen });

    describeUserRegistry(current);
    describeUserSettings(current);
    describeUserFiles(current);
  });
}

// Port: everything that is kept per user. One conformance suite runs against every adapter.
import type { UserFiles } from './user-files.ts';
import type { UserRegistry } from './user-registry.ts';
import type { UserSettings } from './user-settings.ts';

export interface UserStore {
  readonly registry: UserRegistry;
  readonly settings: UserSettings;
  readonly files: UserFiles;
}

/** The user of a server that knows only one. */
export const DEFAULT_USER_ID = 'default';

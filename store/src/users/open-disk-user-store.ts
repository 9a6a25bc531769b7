// The door to what is kept per user on this machine.
import type { StoreError } from '../errors.ts';
import type { UserStore } from '../ports/user-store.ts';
import { DiskUserFiles } from './disk-user-files.ts';
import { DiskUserRegistry } from './disk-user-registry.ts';
import { DiskUserSettings } from './disk-user-settings.ts';

export interface DiskUserStoreOptions {
  /** Absolute; it must exist. Holds `users.json` and a folder for each user. */
  readonly folder: string;
  /** Told once about settings that cannot be understood. Default: nobody. */
  readonly onDamage?: (problem: StoreError) => void;
}

/** Opens the users of a folder; nothing is created before something is stored. */
export function openDiskUserStore({ folder, onDamage = () => undefined }: DiskUserStoreOptions): UserStore {
  return {
    registry: new DiskUserRegistry(folder),
    settings: new DiskUserSettings(folder, onDamage),
    files: new DiskUserFiles(folder),
  };
}

// The door to the embedded asset store. Database and hash come with the first store that is opened: most servers have none.
import { rm } from 'node:fs/promises';
import type { AssetStore } from '../ports/asset-store.ts';
import type { SqliteAssetStoreOptions } from './sqlite-asset-store.ts';

/**
 * Opens (and creates or migrates) the asset database.
 *
 * @throws StoreError as `openSqliteJobStore`.
 */
export async function openSqliteAssetStore(options: SqliteAssetStoreOptions): Promise<AssetStore> {
  const { SqliteAssetStore } = await import('./sqlite-asset-store.ts');
  const store = new SqliteAssetStore(options);
  // The database is locked for this process: what waits there was cut short by a crash.
  await rm(options.incomingFolder, { recursive: true, force: true });
  return store;
}

// The door to the embedded asset store. Database and hash come with the first store that is opened: most servers have none.
import type { AssetStore } from '../ports/asset-store.ts';
import type { SqliteAssetStoreOptions } from './sqlite-asset-store.ts';

/**
 * Opens (and creates or migrates) the asset database.
 *
 * @throws StoreError as `openSqliteJobStore`.
 */
export async function openSqliteAssetStore(options: SqliteAssetStoreOptions): Promise<AssetStore> {
  const { SqliteAssetStore } = await import('./sqlite-asset-store.ts');
  return new SqliteAssetStore(options);
}

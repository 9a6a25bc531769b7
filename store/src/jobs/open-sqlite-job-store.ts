// The door to the embedded job store. The database library comes with the first store that is opened: worker processes use other
// parts of this room and should not carry it.
import type { JobStore } from '../ports/job-store.ts';
import type { SqliteJobStoreOptions } from './sqlite-job-store.ts';

/**
 * Opens (and creates or migrates) the job database.
 *
 * @throws StoreError DATABASE_LOCKED when another process has it, DATABASE_CORRUPT, DATABASE_READONLY,
 * DATABASE_TOO_NEW, DATABASE_FOREIGN or DATABASE_UNAVAILABLE.
 */
export async function openSqliteJobStore(options: SqliteJobStoreOptions): Promise<JobStore> {
  const { SqliteJobStore } = await import('./sqlite-job-store.ts');
  return new SqliteJobStore(options);
}

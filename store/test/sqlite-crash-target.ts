// Opens the SQLite job store inside the crashing child; see job-store-crash-child.ts.
import { type JobStore, openSqliteJobStore } from '../src/index.ts';

export function open(path: string): Promise<JobStore> {
  return openSqliteJobStore({ path });
}

// Opens the SQLite job store inside the crashing child; see conformance/crashing-child-process.ts.
import { type JobStore, openSqliteJobStore } from '../src/index.ts';

export function open(path: string): Promise<JobStore> {
  return openSqliteJobStore({ path });
}

// Numbered, forward-only changes of the database layout. The number of the last one applied stands in the file
// (`user_version`), each is applied in a transaction of its own, and a file of a later version is refused, not guessed at.
import { StoreError } from '../errors.ts';
import { backfillListedFacts } from '../jobs/backfill-listed-facts.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** Statements, or work that statements cannot say. */
export type Migration = string | ((connection: SqliteConnection) => void);

/** Position in the list + 1 is the number; entries are never changed or removed once released. */
export const MIGRATIONS: readonly Migration[] = [
  // 1: jobs. Small changing columns apart from the large unchanging documents, so that claiming and finishing a job
  // never rewrites its prompt. `state`: 0 pending, 1 running, 2 finished.
  `CREATE TABLE jobs (
     seq INTEGER PRIMARY KEY,
     prompt_id TEXT NOT NULL,
     state INTEGER NOT NULL DEFAULT 0,
     number REAL NOT NULL,
     number_is_float INTEGER NOT NULL,
     client_id_json TEXT,
     outputs_to_execute_json TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0,
     worker_id TEXT,
     size_bytes INTEGER NOT NULL,
     status_str TEXT,
     finished_at_ms INTEGER,
     finish_seq INTEGER
   );
   CREATE INDEX jobs_pending ON jobs (number, prompt_id) WHERE state = 0;
   CREATE INDEX jobs_running ON jobs (prompt_id) WHERE state = 1;
   CREATE UNIQUE INDEX jobs_finished ON jobs (prompt_id) WHERE state = 2;
   CREATE UNIQUE INDEX jobs_finish_order ON jobs (finish_seq) WHERE state = 2;
   CREATE TABLE job_documents (
     seq INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
     prompt_json TEXT NOT NULL,
     extra_data_json TEXT NOT NULL
   );
   CREATE TABLE job_secrets (
     seq INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
     sensitive_json TEXT NOT NULL
   );
   CREATE TABLE job_results (
     seq INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
     messages_json TEXT NOT NULL,
     outputs_json TEXT NOT NULL,
     meta_json TEXT NOT NULL
   );`,
  // 2: columns and indexes for lists of jobs, so that none reads documents or more rows than it shows. `outcome` of a finished
  // job: 0 completed, 1 failed, 2 cancelled; `status` thereby counts 0 pending, 1 running, 2 completed, 3 failed, 4 cancelled.
  connection => {
    connection.exec(
      `ALTER TABLE jobs ADD COLUMN outcome INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE jobs ADD COLUMN duration_ms INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE jobs ADD COLUMN workflow_id_json TEXT;
       ALTER TABLE jobs ADD COLUMN status INTEGER GENERATED ALWAYS AS (state + outcome) VIRTUAL;`,
    );
    backfillListedFacts(connection);
    connection.exec(
      `CREATE INDEX jobs_created ON jobs (status, created_at_ms);
       CREATE INDEX jobs_duration ON jobs (outcome, duration_ms) WHERE state = 2;
       CREATE INDEX jobs_workflow ON jobs (workflow_id_json, status, created_at_ms) WHERE workflow_id_json IS NOT NULL;
       CREATE INDEX jobs_prompt_id ON jobs (prompt_id);
       DROP INDEX jobs_running;
       DROP INDEX jobs_finished;`,
    );
  },
];

/** Marks the file as ours ("SNUG"). */
const APPLICATION_ID = 0x534e5547;

/** Brings the file to the newest layout. Throws DATABASE_TOO_NEW or DATABASE_FOREIGN for files it must not touch. */
export function migrate(connection: SqliteConnection, migrations: readonly Migration[] = MIGRATIONS): void {
  const found = pragmaNumber(connection, 'user_version');
  checkOwner(connection, found);
  if (found > migrations.length) {
    throw new StoreError('DATABASE_TOO_NEW', { path: connection.path, found, known: migrations.length });
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < found) continue;
    connection.transaction(() => {
      if (typeof migration === 'string') connection.exec(migration);
      else migration(connection);
      connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      connection.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

function checkOwner(connection: SqliteConnection, version: number): void {
  const owner = pragmaNumber(connection, 'application_id');
  const tables = connection.prepare<{ count: number }>('SELECT count(*) AS count FROM sqlite_schema').get()?.count ?? 0;
  const isFresh = owner === 0 && version === 0 && tables === 0;
  if (!isFresh && owner !== APPLICATION_ID) throw new StoreError('DATABASE_FOREIGN', { path: connection.path });
}

function pragmaNumber(connection: SqliteConnection, name: 'user_version' | 'application_id'): number {
  return connection.prepare<Record<string, number>>(`PRAGMA ${name}`).get()?.[name] ?? 0;
}

// Part of migration 2: fills the columns that lists use for the jobs that were stored before they existed.
import type { SqliteConnection } from '../sqlite/sqlite-connection.ts';
import { runFactsOf, workflowIdJsonOf } from './listed-facts.ts';

/** Rows read at a time: documents may be large. */
const BATCH = 64;

interface OldRow {
  readonly seq: number;
  readonly extra_data_json: string;
  readonly status_str: 'success' | 'error' | null;
  readonly messages_json: string | null;
}

export function backfillListedFacts(connection: SqliteConnection): void {
  const next = connection.prepare<OldRow>(
    `SELECT j.seq, d.extra_data_json, j.status_str, r.messages_json
     FROM jobs j JOIN job_documents d ON d.seq = j.seq LEFT JOIN job_results r ON r.seq = j.seq
     WHERE j.seq > ? ORDER BY j.seq LIMIT ${BATCH}`,
  );
  const update = connection.prepare('UPDATE jobs SET outcome = ?, duration_ms = ?, workflow_id_json = ? WHERE seq = ?');
  let rows = next.all([0]);
  while (rows.length > 0) {
    for (const row of rows) {
      const { outcome, durationMs } = factsOf(row);
      update.run([outcome, durationMs, workflowIdJsonOf(row.extra_data_json), row.seq]);
    }
    rows = next.all([rows.at(-1)?.seq ?? 0]);
  }
}

function factsOf({ status_str: statusStr, messages_json: messagesJson }: OldRow): ReturnType<typeof runFactsOf> {
  if (statusStr === null || messagesJson === null) return { outcome: 0, durationMs: 0 };
  return runFactsOf({ statusStr, messagesJson });
}

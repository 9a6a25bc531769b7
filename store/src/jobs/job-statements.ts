// Every SQL statement of the job store but those of lists, compiled once. Those of the way of a job (submit, claim, finish)
// touch a handful of pages each; what may be long is read in two steps: which jobs, by an index alone, then some of them at a
// time. Order of the queue: `(number, prompt_id)` by code point, then arrival.
import type { SqliteConnection } from '../sqlite/sqlite-connection.ts';
import type { FinishedJobRow, JobRow } from './job-rows.ts';

const COLUMNS = `seq, prompt_id, state, number, number_is_float, client_id_json, outputs_to_execute_json, created_at_ms,
  attempts, worker_id`;
const JOB = `${COLUMNS.replace(/\w+/g, 'j.$&')}, d.prompt_json, d.extra_data_json`;
const DOCUMENTS = 'JOIN job_documents d ON d.seq = j.seq';
const RESULT = 'j.status_str, j.finished_at_ms, r.messages_json, r.outputs_json, r.meta_json';
/** The rows that a JSON list of `seq` names, in its order. */
export const NAMED = 'json_each(?) named CROSS JOIN jobs j ON j.seq = named.value';

/** Takes the number of attempts that do not count. */
const REQUEUE = 'UPDATE jobs SET state = 0, worker_id = NULL, attempts = attempts - ? WHERE status = 1';

export interface SeqRow {
  readonly seq: number;
}

export interface PromptIdRow {
  readonly prompt_id: string;
}

export interface SizeRow {
  readonly size_bytes: number;
}

interface RunningRow extends SizeRow {
  readonly seq: number;
  readonly has_secrets: number;
  /** 1 when the history has an entry of the same id. */
  readonly replaces: number;
}

export type JobStatements = ReturnType<typeof prepareJobStatements>;

export function prepareJobStatements(connection: SqliteConnection) {
  return {
    ...prepareQueueStatements(connection),
    ...prepareHistoryStatements(connection),
  };
}

function prepareQueueStatements(connection: SqliteConnection) {
  return {
    insertJob: connection.prepare(
      `INSERT INTO jobs (prompt_id, number, number_is_float, client_id_json, outputs_to_execute_json, created_at_ms, size_bytes,
         workflow_id_json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertDocuments: connection.prepare(
      'INSERT INTO job_documents (seq, prompt_json, extra_data_json) VALUES (?, ?, ?)',
    ),
    insertSecrets: connection.prepare('INSERT INTO job_secrets (seq, sensitive_json) VALUES (?, ?)'),
    // Two runs of the same id never overlap: events and results are told apart by the id alone.
    claim: connection.prepare<JobRow>(
      `UPDATE jobs SET state = 1, attempts = attempts + 1, worker_id = ?
       WHERE seq = (SELECT seq FROM jobs p WHERE state = 0
                    AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.prompt_id = p.prompt_id AND r.state = 1)
                    ORDER BY number, prompt_id, seq LIMIT 1)
       RETURNING ${COLUMNS},
         (SELECT prompt_json FROM job_documents d WHERE d.seq = jobs.seq) AS prompt_json,
         (SELECT extra_data_json FROM job_documents d WHERE d.seq = jobs.seq) AS extra_data_json,
         (SELECT sensitive_json FROM job_secrets s WHERE s.seq = jobs.seq) AS sensitive_json`,
    ),
    // Most jobs have no secrets and replace nothing: the answers save two statements each time.
    runningOf: connection.prepare<RunningRow>(
      `SELECT seq, size_bytes,
         EXISTS (SELECT 1 FROM job_secrets s WHERE s.seq = r.seq) AS has_secrets,
         EXISTS (SELECT 1 FROM jobs f WHERE f.prompt_id = r.prompt_id AND f.state = 2) AS replaces
       FROM jobs r WHERE prompt_id = ? AND state = 1`,
    ),
    finish: connection.prepare(
      `UPDATE jobs SET state = 2, status_str = ?, finished_at_ms = ?, finish_seq = ?, size_bytes = ?, outcome = ?, duration_ms = ?
       WHERE seq = ?`,
    ),
    insertResult: connection.prepare(
      'INSERT INTO job_results (seq, messages_json, outputs_json, meta_json) VALUES (?, ?, ?, ?)',
    ),
    deleteSecrets: connection.prepare('DELETE FROM job_secrets WHERE seq = ?'),
    requeueAll: connection.prepare<PromptIdRow & { number: number }>(`${REQUEUE} RETURNING prompt_id, number`),
    requeueOf: connection.prepare<PromptIdRow & { number: number }>(
      `${REQUEUE} AND worker_id = ? RETURNING prompt_id, number`,
    ),
    running: connection.prepare<JobRow>(
      `SELECT ${JOB} FROM jobs j ${DOCUMENTS} WHERE j.status = 1 ORDER BY j.number, j.prompt_id`,
    ),
    pendingSeqs: connection.prepare<SeqRow>('SELECT seq FROM jobs WHERE state = 0 ORDER BY number, prompt_id, seq'),
    jobsNamed: connection.prepare<JobRow>(`SELECT ${JOB} FROM ${NAMED} ${DOCUMENTS} ORDER BY named.key`),
    highestNumber: connection.prepare<{ number: number | null }>(
      'SELECT max(number) AS number FROM jobs WHERE status IN (0, 1) AND number_is_float = 0',
    ),
    countOf: connection.prepare<{ count: number }>('SELECT count(*) AS count FROM jobs WHERE status = ?'),
    cancel: connection.prepare<PromptIdRow>(
      'DELETE FROM jobs WHERE state = 0 AND prompt_id IN (SELECT value FROM json_each(?)) RETURNING prompt_id',
    ),
    clearPending: connection.prepare('DELETE FROM jobs WHERE state = 0'),
  };
}

function prepareHistoryStatements(connection: SqliteConnection) {
  return {
    finishedSeqs: connection.prepare<SeqRow>(
      'SELECT seq FROM jobs WHERE state = 2 ORDER BY finish_seq LIMIT ? OFFSET ?',
    ),
    newestFinishedSeqs: connection.prepare<SeqRow>(
      'SELECT seq FROM jobs WHERE state = 2 ORDER BY finish_seq DESC LIMIT ?',
    ),
    finishedNamed: connection.prepare<FinishedJobRow>(
      `SELECT ${JOB}, ${RESULT} FROM ${NAMED} ${DOCUMENTS} JOIN job_results r ON r.seq = j.seq ORDER BY named.key`,
    ),
    historyEntry: connection.prepare<FinishedJobRow>(
      `SELECT ${JOB}, ${RESULT} FROM jobs j ${DOCUMENTS} JOIN job_results r ON r.seq = j.seq
       WHERE j.prompt_id = ? AND j.state = 2`,
    ),
    historyTotals: connection.prepare<{
      count: number;
      bytes: number | null;
      last: number | null;
      oldest_ms: number | null;
    }>(
      `SELECT count(*) AS count, sum(size_bytes) AS bytes, max(finish_seq) AS last, min(finished_at_ms) AS oldest_ms
       FROM jobs WHERE state = 2`,
    ),
    oldestFinished: connection.prepare<SizeRow & { finish_seq: number; finished_at_ms: number }>(
      'SELECT finish_seq, finished_at_ms, size_bytes FROM jobs WHERE state = 2 ORDER BY finish_seq LIMIT ?',
    ),
    deleteUpTo: connection.prepare('DELETE FROM jobs WHERE state = 2 AND finish_seq <= ?'),
    replace: connection.prepare<SizeRow>('DELETE FROM jobs WHERE prompt_id = ? AND state = 2 RETURNING size_bytes'),
    deleteHistory: connection.prepare<SizeRow>(
      'DELETE FROM jobs WHERE state = 2 AND prompt_id IN (SELECT value FROM json_each(?)) RETURNING size_bytes',
    ),
    clearHistory: connection.prepare('DELETE FROM jobs WHERE state = 2'),
  };
}

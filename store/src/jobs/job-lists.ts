// Reads the lists of `/api/jobs` (spec http.md 5). Every status is one ordered walk of an index, and SQLite merges the walks of
// those that are asked for: the cost is that of the page (and of the entries of the index before it), however long the history is.
import type { JobDetails, JobListQuery, JobStatus, JobSummary } from '../ports/job-listing.ts';
import { JOB_STATUSES } from '../ports/job-listing.ts';
import type { SqliteConnection, SqliteStatement, SqliteValue } from '../sqlite/sqlite-connection.ts';
import { NAMED, type SeqRow } from './job-statements.ts';

interface SummaryRow {
  readonly prompt_id: string;
  readonly status: number;
  readonly number: number;
  readonly number_is_float: number;
  readonly created_at_ms: number;
  readonly workflow_id_json: string | null;
  readonly messages_json: string | null;
  readonly outputs_json: string | null;
}

interface DetailsRow extends SummaryRow {
  readonly prompt_json: string;
  readonly extra_data_json: string;
}

const SUMMARY = `j.prompt_id, j.status, j.number, j.number_is_float, j.created_at_ms, j.workflow_id_json,
  r.messages_json, r.outputs_json`;
const RESULTS = 'LEFT JOIN job_results r ON r.seq = j.seq';

/** What the store knows without counting. */
export interface KnownCounts {
  readonly pending: number;
  readonly running: number;
  readonly finished: number;
}

/** Statuses by number: 0 pending, 1 running, the others finished. */
const FINISHED = [2, 3, 4];

export class JobLists {
  readonly #connection: SqliteConnection;
  /** Statements by their text: few of the possible ones are ever asked for. */
  readonly #prepared = new Map<string, SqliteStatement<unknown>>();
  readonly #summariesNamed: SqliteStatement<SummaryRow>;
  readonly #details: SqliteStatement<DetailsRow>;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#summariesNamed = connection.prepare(`SELECT ${SUMMARY} FROM ${NAMED} ${RESULTS} ORDER BY named.key`);
    // Running (1) goes before pending (0), both before finished.
    this.#details = connection.prepare(
      `SELECT ${SUMMARY}, d.prompt_json, d.extra_data_json
       FROM jobs j JOIN job_documents d ON d.seq = j.seq ${RESULTS}
       WHERE j.prompt_id = ? ORDER BY j.state = 1 DESC, j.state, j.number, j.seq LIMIT 1`,
    );
  }

  /** How many jobs a query is about, and the `seq` of those on its page in order. */
  find(query: JobListQuery, known: KnownCounts): { readonly total: number; readonly seqs: readonly number[] } {
    const statuses = [...new Set(query.statuses ?? JOB_STATUSES)].map(status => JOB_STATUSES.indexOf(status));
    if (statuses.length === 0) return { total: 0, seqs: [] };
    const filter = query.workflowId === undefined ? '' : 'AND workflow_id_json = ?';
    const values = query.workflowId === undefined ? [] : [JSON.stringify(query.workflowId)];
    const walks = statuses.map(status => walkOf(status, query.sortBy ?? 'created_at', filter));
    const direction = query.isDescending === true ? 'DESC' : 'ASC';
    const page: SqliteValue[] = [query.limit ?? -1, query.offset ?? 0];
    const rows = this.#prepare<SeqRow>(
      `${walks.join(' UNION ALL ')} ORDER BY key ${direction}, seq ${direction} LIMIT ? OFFSET ?`,
    ).all([...statuses.flatMap(() => values), ...page]);
    const total = filter === '' ? this.#totalOf(statuses, known) : this.#count(statuses, filter, values);
    return { total, seqs: rows.map(({ seq }) => seq) };
  }

  /** Without a filter only parts of the history have to be counted. */
  #totalOf(statuses: readonly number[], { pending, running, finished }: KnownCounts): number {
    const waiting = (statuses.includes(0) ? pending : 0) + (statuses.includes(1) ? running : 0);
    const wanted = FINISHED.filter(status => statuses.includes(status));
    if (wanted.length === 0) return waiting;
    return waiting + (wanted.length === FINISHED.length ? finished : this.#count(wanted, '', []));
  }

  #count(statuses: readonly number[], filter: string, values: readonly SqliteValue[]): number {
    const sql = `SELECT count(*) AS count FROM jobs WHERE status IN (${statuses.join(', ')}) ${filter}`;
    return this.#prepare<{ count: number }>(sql).get(values)?.count ?? 0;
  }

  /** Jobs by `seq`, in that order; those that are gone are left out. */
  read(seqs: readonly number[]): JobSummary[] {
    return this.#summariesNamed.all([JSON.stringify(seqs)]).map(summaryOf);
  }

  details(promptId: string): JobDetails | undefined {
    const row = this.#details.get([promptId]);
    return row && { ...summaryOf(row), promptJson: row.prompt_json, extraDataJson: row.extra_data_json };
  }

  #prepare<Row>(sql: string): SqliteStatement<Row> {
    const statement = this.#prepared.get(sql) ?? this.#connection.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement as SqliteStatement<Row>;
  }
}

/** The jobs of one status with their sort key; each form is one that an index has in order. */
function walkOf(status: number, sortBy: 'created_at' | 'execution_duration', filter: string): string {
  if (sortBy === 'created_at') return `SELECT seq, created_at_ms AS key FROM jobs WHERE status = ${status} ${filter}`;
  return status < 2
    ? `SELECT seq, 0 AS key FROM jobs WHERE status = ${status} ${filter}`
    : `SELECT seq, duration_ms AS key FROM jobs WHERE state = 2 AND outcome = ${status - 2} ${filter}`;
}

function summaryOf(row: SummaryRow): JobSummary {
  return {
    promptId: row.prompt_id,
    status: JOB_STATUSES[row.status] as JobStatus,
    number: row.number,
    numberIsFloat: row.number_is_float !== 0,
    createdAtMs: row.created_at_ms,
    workflowId: row.workflow_id_json === null ? null : (JSON.parse(row.workflow_id_json) as string),
    messagesJson: row.messages_json,
    outputsJson: row.outputs_json,
  };
}

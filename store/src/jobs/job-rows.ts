// How a job stands in the database: one row of small columns joined with its documents. Texts that a client may fill
// with anything (NUL, unpaired surrogates) are kept as JSON, since SQLite texts hold neither.
import type { FinishedJob, Job, JobState, NewJob } from '@snug/protocol';
import { StoreError } from '../errors.ts';

export const STATES = ['pending', 'running', 'finished'] as const satisfies readonly JobState[];

export interface JobRow {
  readonly seq: number;
  readonly prompt_id: string;
  readonly state: number;
  readonly number: number;
  readonly number_is_float: number;
  readonly client_id_json: string | null;
  readonly outputs_to_execute_json: string;
  readonly created_at_ms: number;
  readonly attempts: number;
  readonly worker_id: string | null;
  readonly prompt_json: string;
  readonly extra_data_json: string;
  /** Selected for the executor only. */
  readonly sensitive_json?: string | null;
}

export interface FinishedJobRow extends JobRow {
  readonly status_str: 'success' | 'error';
  readonly finished_at_ms: number;
  readonly messages_json: string;
  readonly outputs_json: string;
  readonly meta_json: string;
}

export function jobOf(row: JobRow): Job {
  return {
    promptId: row.prompt_id,
    number: row.number,
    numberIsFloat: row.number_is_float !== 0,
    clientId: row.client_id_json === null ? null : (JSON.parse(row.client_id_json) as string),
    promptJson: row.prompt_json,
    extraDataJson: row.extra_data_json,
    sensitiveJson: row.sensitive_json ?? null,
    outputsToExecute: JSON.parse(row.outputs_to_execute_json) as string[],
    createdAtMs: row.created_at_ms,
    state: STATES[row.state] ?? 'pending',
    attempts: row.attempts,
    workerId: row.worker_id,
  };
}

export function finishedJobOf(row: FinishedJobRow): FinishedJob {
  return {
    ...jobOf(row),
    result: {
      statusStr: row.status_str,
      messagesJson: row.messages_json,
      outputsJson: row.outputs_json,
      metaJson: row.meta_json,
      finishedAtMs: row.finished_at_ms,
    },
  };
}

/** Throws JOB_INVALID for what no adapter could give back unchanged. */
export function checkNewJob(job: NewJob): void {
  const problem = problemOf(job);
  if (problem !== undefined) throw new StoreError('JOB_INVALID', { problem });
}

function problemOf(job: NewJob): string | undefined {
  if (Number.isNaN(job.number)) return 'its number is not a number';
  if (job.promptId === '') return 'its prompt id is empty';
  if (job.promptId.includes('\0')) return 'its prompt id contains a NUL character';
  if (!isWellFormed(job.promptId)) return 'its prompt id contains an unpaired surrogate';
  return undefined;
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

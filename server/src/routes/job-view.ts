// One job as `/api/jobs` shows it (spec http.md 5): the same record as in `/queue` and `/history`, under other names.
import {
  type FinishedJob,
  isJsonObject,
  type Job,
  type JsonObject,
  type JsonValue,
  parseLossless,
  stringifyLossless,
} from '@snug/protocol';
import { numberJson } from './job-json.ts';
import { normalizeOutputs, summarizeOutputs } from './job-outputs.ts';

export const jobStatuses = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const;

export type JobStatus = (typeof jobStatuses)[number];

/** A job with what lists filter and sort by; everything else is read when the job is shown. */
export interface JobRecord {
  readonly job: Job | FinishedJob;
  readonly status: JobStatus;
  /** The run's events as `[type, data]`; empty while it waits or runs. */
  readonly messages: readonly JsonValue[];
}

export function recordOf(job: Job | FinishedJob): JobRecord {
  if (!('result' in job)) return { job, status: job.state === 'running' ? 'in_progress' : 'pending', messages: [] };
  const parsed = parseLossless(job.result.messagesJson);
  const messages = Array.isArray(parsed) ? parsed : [];
  if (job.result.statusStr === 'success') return { job, status: 'completed', messages };
  return { job, status: dataOf(messages, 'execution_interrupted') === undefined ? 'failed' : 'cancelled', messages };
}

function dataOf(messages: readonly JsonValue[], type: string): JsonObject | undefined {
  for (const message of messages) {
    if (Array.isArray(message) && message[0] === type && isJsonObject(message[1])) return message[1];
  }
  return undefined;
}

function timestampOf(message: JsonValue | undefined): number | undefined {
  const data = Array.isArray(message) ? message[1] : undefined;
  const timestamp = isJsonObject(data) ? data['timestamp'] : undefined;
  return typeof timestamp === 'number' ? timestamp : undefined;
}

/** First and last moment of a finished run in ms; undefined where the run told none. */
export function executionTimes({ messages }: JobRecord): { readonly startMs?: number; readonly endMs?: number } {
  const startMs = timestampOf(messages.find(message => Array.isArray(message) && message[0] === 'execution_start'));
  const endMs = messages.length === 0 ? undefined : timestampOf(messages.at(-1));
  return { ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) };
}

/** Id of the editor's document that the prompt was made from. */
export function workflowIdOf({ job }: JobRecord): string | undefined {
  let value: JsonValue | undefined = parseLossless(job.extraDataJson);
  for (const key of ['extra_pnginfo', 'workflow', 'id']) value = isJsonObject(value) ? value[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function outputsOf(job: Job | FinishedJob): JsonObject {
  const outputs = 'result' in job ? parseLossless(job.result.outputsJson) : {};
  return isJsonObject(outputs) ? outputs : {};
}

/** Members that the list and the detail share, as JSON text without the closing brace; absent ones are left out. */
function openJobJson(record: JobRecord): string {
  const { job, status, messages } = record;
  const { count, previewableCount, preview } = summarizeOutputs(outputsOf(job));
  const { startMs, endMs } = executionTimes(record);
  const members = stringifyLossless({
    create_time: job.createdAtMs,
    execution_start_time: startMs,
    execution_end_time: endMs,
    execution_error: dataOf(messages, 'execution_error'),
    outputs_count: count,
    previewable_outputs_count: previewableCount,
    preview_output: preview ?? undefined,
    workflow_id: workflowIdOf(record),
  });
  return `{"id":${JSON.stringify(job.promptId)},"status":"${status}","priority":${numberJson(job)},${members.slice(1, -1)}`;
}

/** One item of the list. */
export function jobJson(record: JobRecord): string {
  return `${openJobJson(record)}}`;
}

/** A single job: with the prompt, and for finished ones with outputs and events. */
export function jobDetailJson(record: JobRecord): string {
  const { job } = record;
  const workflow = `"workflow":{"prompt":${job.promptJson},"extra_data":${job.extraDataJson}}`;
  if (!('result' in job)) return `${openJobJson(record)},${workflow}}`;
  const { statusStr, messagesJson } = job.result;
  const outputs = stringifyLossless(normalizeOutputs(outputsOf(job)));
  const status = `{"status_str":"${statusStr}","completed":${statusStr === 'success'},"messages":${messagesJson}}`;
  return `${openJobJson(record)},"outputs":${outputs},"execution_status":${status},${workflow}}`;
}

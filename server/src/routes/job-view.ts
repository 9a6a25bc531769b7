// One job as `/api/jobs` shows it (spec http.md 5): the same record as in `/queue` and `/history`, under other names.
import { isJsonObject, type JsonObject, type JsonValue, parseLossless, stringifyLossless } from '@snug/protocol';
import type { JobDetails, JobSummary } from '@snug/store';
import { numberJson } from './job-json.ts';
import { normalizeOutputs, type OutputsSummary, summarizeOutputs } from './job-outputs.ts';

/** A list of what happened in a run, as `[type, data]`; empty while the job waits or runs. */
function messagesOf({ messagesJson }: JobSummary): readonly JsonValue[] {
  const messages = messagesJson === null ? [] : parseLossless(messagesJson);
  return Array.isArray(messages) ? messages : [];
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

function outputsOf({ outputsJson }: JobSummary): JsonObject {
  const outputs = outputsJson === null ? {} : parseLossless(outputsJson);
  return isJsonObject(outputs) ? outputs : {};
}

/** Members that the list and the detail share, as JSON text without the closing brace; absent ones are left out. */
function openJobJson(job: JobSummary, { count, previewableCount, preview }: OutputsSummary): string {
  const messages = messagesOf(job);
  const members = stringifyLossless({
    create_time: job.createdAtMs,
    execution_start_time: timestampOf(
      messages.find(message => Array.isArray(message) && message[0] === 'execution_start'),
    ),
    execution_end_time: timestampOf(messages.at(-1)),
    execution_error: dataOf(messages, 'execution_error'),
    outputs_count: count,
    previewable_outputs_count: previewableCount,
    preview_output: preview ?? undefined,
    workflow_id: job.workflowId ?? undefined,
  });
  return `{"id":${JSON.stringify(job.promptId)},"status":"${job.status}","priority":${numberJson(job)},${members.slice(1, -1)}`;
}

/** One item of the list. */
export function jobJson(job: JobSummary): string {
  return `${openJobJson(job, summarizeOutputs(outputsOf(job)))}}`;
}

/** A single job: with the prompt, and for finished ones with outputs and events. */
export function jobDetailJson(job: JobDetails): string {
  const outputs = outputsOf(job);
  const shared = openJobJson(job, summarizeOutputs(outputs));
  const workflow = `"workflow":{"prompt":${job.promptJson},"extra_data":${job.extraDataJson}}`;
  if (job.messagesJson === null) return `${shared},${workflow}}`;
  const isCompleted = job.status === 'completed';
  const status = `{"status_str":"${isCompleted ? 'success' : 'error'}","completed":${isCompleted},"messages":${job.messagesJson}}`;
  return `${shared},"outputs":${stringifyLossless(normalizeOutputs(outputs))},"execution_status":${status},${workflow}}`;
}

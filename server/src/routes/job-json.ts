// Queue items and history entries as JSON text (spec http.md 2.3 and 4.3), spliced from the stored texts: nothing is
// parsed again, so numbers stay as they were sent.
import { type FinishedJob, isJsonObject, type Job, JsonFloat, parseLossless, stringifyLossless } from '@snug/protocol';

/** Priority as the client gave it: a float stays one (`3.0`), a counter value is an integer. */
export function numberJson(job: Pick<Job, 'number' | 'numberIsFloat'>): string {
  return stringifyLossless(job.numberIsFloat ? new JsonFloat(job.number) : job.number);
}

/** `[number, prompt_id, prompt, extra_data, outputs_to_execute]`. */
export function queueItemJson(job: Job): string {
  const outputs = JSON.stringify(job.outputsToExecute);
  return `[${numberJson(job)},${JSON.stringify(job.promptId)},${job.promptJson},${job.extraDataJson},${outputs}]`;
}

/** `"<prompt_id>": {prompt, outputs, status, meta}`, a member of the history object. */
export function historyMemberJson(job: FinishedJob): string {
  const { statusStr, messagesJson, outputsJson, metaJson } = job.result;
  const completed = statusStr === 'success';
  const summary = summaryJson(messagesJson);
  const status = `{"status_str":"${statusStr}","completed":${completed},"messages":${messagesJson}${summary}}`;
  return `${JSON.stringify(job.promptId)}:{"prompt":${queueItemJson(job)},"outputs":${outputsJson},"status":${status},"meta":${metaJson}}`;
}

/** `,"execution_summary":{...}` for a run that went on without failed nodes, else nothing; told by its last message. */
function summaryJson(messagesJson: string): string {
  if (!messagesJson.includes('"completion_status"')) return '';
  const messages = parseLossless(messagesJson);
  const last = Array.isArray(messages) ? messages.at(-1) : undefined;
  const data = Array.isArray(last) && last[0] === 'execution_success' ? last[1] : undefined;
  if (!isJsonObject(data) || data['completion_status'] === undefined) return '';
  const { prompt_id: _, timestamp: __, ...summary } = data;
  return `,"execution_summary":${stringifyLossless(summary)}`;
}

// What lists filter and sort by, taken out of a job's documents once, when they are stored: afterwards no list has to read
// them.
import { isJsonObject, type JobResult, type JsonValue, parseLossless } from '@snug/protocol';

/** How a run ended; as numbers, so that `state + outcome` of a finished job counts on from the other states. */
export const OUTCOMES = { completed: 0, failed: 1, cancelled: 2 } as const;

export interface RunFacts {
  readonly outcome: number;
  /** From the first to the last event; 0 where the run told no times. */
  readonly durationMs: number;
}

export function runFactsOf({ statusStr, messagesJson }: Pick<JobResult, 'statusStr' | 'messagesJson'>): RunFacts {
  const parsed = parseLossless(messagesJson);
  const messages = (Array.isArray(parsed) ? parsed : []).filter(message => Array.isArray(message));
  const start = timestampOf(messages.find(([type]) => type === 'execution_start'));
  const end = timestampOf(messages.at(-1));
  return {
    outcome: outcomeOf(statusStr, messages),
    durationMs: start === undefined || end === undefined ? 0 : Math.round(end - start),
  };
}

function outcomeOf(statusStr: JobResult['statusStr'], messages: readonly JsonValue[][]): number {
  if (statusStr === 'success') return OUTCOMES.completed;
  return messages.some(([type]) => type === 'execution_interrupted') ? OUTCOMES.cancelled : OUTCOMES.failed;
}

function timestampOf(message: readonly JsonValue[] | undefined): number | undefined {
  const data = message?.[1];
  const timestamp = isJsonObject(data) ? data['timestamp'] : undefined;
  return typeof timestamp === 'number' ? timestamp : undefined;
}

/** `extra_pnginfo.workflow.id` as JSON text; null when there is none, or it is no text. */
export function workflowIdJsonOf(extraDataJson: string): string | null {
  // Most prompts of scripts have no workflow, and workflows are large.
  if (!extraDataJson.includes('"workflow"')) return null;
  let value = readJson(extraDataJson);
  for (const key of ['extra_pnginfo', 'workflow', 'id']) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return typeof value === 'string' ? JSON.stringify(value) : null;
}

/** Numbers do not matter here, so the built-in parser, which is much faster, goes first; it knows no NaN. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseLossless(text);
  }
}

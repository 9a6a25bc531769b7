// Queue items and history entries (http.md 2.3 and 4.3): wire arrays and snake_case in, named fields out.
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  numericValue,
  orderedEntries,
  type Prompt,
} from '@snug/protocol';

/** One queued or finished prompt as it was submitted. */
export interface QueueItem {
  readonly number: number;
  readonly promptId: string;
  readonly prompt: Prompt;
  readonly extraData: JsonObject;
  readonly outputsToExecute: readonly string[];
}

export interface HistoryEntry extends QueueItem {
  /** UI outputs by node id, in the order in which the nodes finished. */
  readonly outputs: Readonly<Record<string, JsonObject>>;
  readonly status: {
    readonly statusStr: 'success' | 'error';
    readonly isCompleted: boolean;
    /** `[event type, data]` of start, cached nodes and the end of the run. */
    readonly messages: readonly (readonly [string, JsonObject])[];
  };
  readonly meta: JsonObject;
}

export interface QueueSnapshot {
  readonly running: readonly QueueItem[];
  readonly pending: readonly QueueItem[];
}

/** Undefined when the value is no queue tuple. */
export function parseQueueItem(value: JsonValue | undefined): QueueItem | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const [number, promptId, prompt, extraData, outputs] = value;
  if (typeof promptId !== 'string' || !isJsonObject(prompt)) {
    return undefined;
  }
  return {
    number: numericValue(number) ?? 0,
    promptId,
    prompt: prompt as Prompt,
    extraData: isJsonObject(extraData) ? extraData : {},
    outputsToExecute: Array.isArray(outputs) ? outputs.map(String) : [],
  };
}

export function parseQueueItems(value: JsonValue | undefined): QueueItem[] {
  return (Array.isArray(value) ? value : []).flatMap(item => parseQueueItem(item) ?? []);
}

/** Undefined when the value is no history entry. */
export function parseHistoryEntry(value: JsonValue | undefined): HistoryEntry | undefined {
  const item = isJsonObject(value) ? parseQueueItem(value['prompt']) : undefined;
  if (!isJsonObject(value) || item === undefined) {
    return undefined;
  }
  const status = isJsonObject(value['status']) ? value['status'] : {};
  const messages = Array.isArray(status['messages']) ? status['messages'] : [];
  return {
    ...item,
    outputs: objectsOf(value['outputs']),
    status: {
      statusStr: status['status_str'] === 'success' ? 'success' : 'error',
      isCompleted: status['completed'] === true,
      messages: messages.flatMap(message => {
        const [type, data] = Array.isArray(message) ? message : [];
        return typeof type === 'string' && isJsonObject(data) ? [[type, data] as const] : [];
      }),
    },
    meta: isJsonObject(value['meta']) ? value['meta'] : {},
  };
}

/** Members that are objects; a cached output node without UI output has `null`. */
function objectsOf(value: JsonValue | undefined): Record<string, JsonObject> {
  if (!isJsonObject(value)) {
    return {};
  }
  return Object.fromEntries(
    orderedEntries(value).flatMap(([id, output]) => (isJsonObject(output) ? [[id, output] as const] : [])),
  );
}

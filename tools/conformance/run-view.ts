// A run without the order of independent nodes: what happened to each node, in order, and what happened to the run as a whole.
// Recordings show one of the possible orders, so this is what is compared when the sequences as such differ.
import { isJsonObject, JsonFloat, type JsonObject, numericValue } from '@snug/protocol';
import type { Message } from './stream.ts';
import { member } from './trace-format.ts';

export interface RunView {
  /** Start, cached nodes, end. */
  readonly run: readonly Message[];
  /** Everything about a node, in order; states are single entries of `progress_state`. */
  readonly nodes: ReadonlyMap<string, readonly Message[]>;
}

export function viewOf(messages: readonly Message[]): RunView {
  const run: Message[] = [];
  const nodes = new Map<string, Message[]>();
  let states: JsonObject = {};
  let running: string | undefined;
  for (const message of messages) {
    if (message.type === 'progress_state') {
      const next = isJsonObject(message.data['nodes']) ? message.data['nodes'] : {};
      for (const id of changedIds(states, next)) {
        const entry = next[id];
        push(nodes, id, { ...message, type: 'state', data: isJsonObject(entry) ? entry : {} });
        running = id;
      }
      states = next;
    } else {
      const id = nodeOf(message) ?? (message.type === 'binary' ? running : undefined);
      if (id === undefined) run.push(message);
      else push(nodes, id, message);
    }
  }
  return { run, nodes };
}

function push(nodes: Map<string, Message[]>, id: string, message: Message): void {
  nodes.set(id, [...(nodes.get(id) ?? []), message]);
}

function changedIds(before: JsonObject, after: JsonObject): string[] {
  return Object.keys(after).filter(id =>
    ['state', 'value', 'max'].some(key => plain(member(before, id, key)) !== plain(member(after, id, key))),
  );
}

function plain(value: unknown): unknown {
  return value instanceof JsonFloat ? value.value : value;
}

/** The node that a message is about; undefined for the end of a run. */
function nodeOf({ type, data }: Message): string | undefined {
  const blocked = type === 'execution_error' && data['exception_type'] === 'ExecutionBlocked' ? data['node_id'] : null;
  const node = blocked ?? data['node'] ?? member(data, 'metadata', 'node_id');
  return typeof node === 'string' ? node : undefined;
}

/** A short name of what a message says, without the data that is compared afterwards. */
export function labelOf({ type, data }: Message): string {
  if (type === 'binary') return `binary ${numericValue(data['type'])}`;
  if (type === 'state')
    return `state ${data['node_id']} ${data['state']} ${numericValue(data['value'])}/${numericValue(data['max'])}`;
  if (type === 'progress')
    return `progress ${data['node']} ${numericValue(data['value'])}/${numericValue(data['max'])}`;
  if (type === 'progress_state') return 'progress_state';
  const node = data['node'] ?? data['node_id'];
  return node === undefined ? type : `${type} ${node}`;
}

/** True for messages whose number is a matter of timing. */
export function isBetween({ type, data }: Message): boolean {
  if (type === 'progress' || type === 'binary') return true;
  const isStart = numericValue(data['value']) === 0 && numericValue(data['max']) === 1;
  return type === 'state' && data['state'] === 'running' && !isStart;
}

/** How often a node speaks depends on timing: it counts seconds instead of steps, or was interrupted. */
export function isTimed(messages: readonly Message[]): boolean {
  return messages.some(
    ({ type, data }) =>
      type === 'execution_interrupted' || (type === 'progress' && !Number.isInteger(numericValue(data['value']))),
  );
}

// What a recording's client had seen before it did something: the messages that a replay waits for. Progress states and previews
// are too many and too dependent on timing to wait for; progress counts as seen when later progress or the end is.
import { isJsonObject, type JsonObject, type JsonValue, numericValue } from '@snug/protocol';
import type { Bindings } from './placeholders.ts';
import type { SocketRecorder } from './socket-recorder.ts';
import { member, type Trace } from './trace-format.ts';

export interface Milestones {
  areReached(sockets: ReadonlyMap<string, SocketRecorder>, bindings: Bindings): boolean;
}

interface Message {
  readonly type: string;
  readonly data: JsonObject;
}

/** The milestones of everything that comes before `seq`. */
export function milestonesBefore({ frames }: Trace, seq: number): Milestones {
  const clientOf = new Map(frames.flatMap(frame => (frame.kind === 'open' ? [[frame.conn, clientOfPath(frame)]] : [])));
  const wanted = new Map<string, Message[]>();
  for (const frame of frames) {
    if (frame.seq >= seq || frame.kind !== 'message' || frame.type === 'progress_state') continue;
    const client = clientOf.get(frame.conn) ?? frame.conn;
    wanted.set(client, [...(wanted.get(client) ?? []), messageOf(frame)]);
  }
  for (const [client, messages] of wanted) wanted.set(client, withoutBusyStatus(messages));
  return {
    areReached(sockets, bindings) {
      return [...wanted].every(([client, messages]) => {
        const conns = [...sockets].filter(([conn]) => (clientOf.get(conn) ?? conn) === client);
        const seen = conns.flatMap(([, { frames: ours }]) =>
          ours.flatMap(frame => (frame.kind === 'message' ? [messageOf(frame)] : [])),
        );
        return isCovered(messages, seen, bindings);
      });
    },
  };
}

/** A `status` tells that something has ended only when nothing is left; waiting for others would give the queue time to empty. */
function withoutBusyStatus(messages: readonly Message[]): Message[] {
  const lastRest = messages.findLastIndex(({ type, data }) => type === 'status' && remainingOf(data) === 0);
  return messages.filter(({ type }, index) => type !== 'status' || index <= lastRest);
}

function remainingOf(data: JsonObject): JsonValue | undefined {
  return member(data, 'status', 'exec_info', 'queue_remaining');
}

/** Sockets of one client share its messages: those after a reconnection come by the new one. */
export function clientOfPath({ conn, path }: { readonly conn: string; readonly path: string }): string {
  const id = new URL(path, 'ws://host').searchParams.get('clientId');
  return id === null || id === '' ? `socket ${conn}` : `client ${id}`;
}

function messageOf({ type, data }: { readonly type: string; readonly data: JsonValue }): Message {
  return { type, data: isJsonObject(data) ? data : {} };
}

function isCovered(wanted: readonly Message[], seen: readonly Message[], bindings: Bindings): boolean {
  const ended = new Set(seen.filter(isEnd).map(({ data }) => data['prompt_id']));
  const counts = new Map<string, number>();
  for (const message of seen) counts.set(keyOf(message), (counts.get(keyOf(message)) ?? 0) + 1);
  return wanted.every(message => {
    const { prompt_id: recordedId, ...data } = message.data;
    const promptId = typeof recordedId === 'string' ? (bindings.fill(recordedId) ?? recordedId) : undefined;
    if (promptId !== undefined && ended.has(promptId) && !isEnd(message)) return true;
    const filled = promptId === undefined ? message : { type: message.type, data: { ...data, prompt_id: promptId } };
    if (message.type === 'progress') return seen.some(other => isProgressBeyond(other, filled.data));
    const left = counts.get(keyOf(filled)) ?? 0;
    counts.set(keyOf(filled), left - 1);
    return left > 0;
  });
}

function isEnd({ type, data }: Message): boolean {
  return type === 'executing' && data['node'] === null;
}

/** The value of `status` depends on timing; its number of appearances does not. */
function keyOf({ type, data }: Message): string {
  return type === 'status' ? type : [type, data['prompt_id'], data['node'] ?? data['node_id']].join(' ');
}

function isProgressBeyond({ type, data }: Message, wanted: JsonObject): boolean {
  if (type !== 'progress' || data['prompt_id'] !== wanted['prompt_id'] || data['node'] !== wanted['node']) return false;
  return (numericValue(data['value']) ?? 0) >= (numericValue(wanted['value']) ?? 0);
}

// The messages of one client as a sequence, sorted into those of a run and the others. Sockets that share a client id are one
// stream: which of them a message took depends on when the second one connected.
import { isJsonObject, type JsonObject, type JsonValue } from '@snug/protocol';
import { clientOfPath } from './milestones.ts';
import { LOST, type SocketRecorder, summarizeFrame } from './socket-recorder.ts';
import { member, type RecordedFrame, type Trace } from './trace-format.ts';

export interface Message {
  /** `binary` for previews and texts. */
  readonly type: string;
  readonly data: JsonObject;
  /** The prompt it belongs to; null for `status` and the like. Recorded ones may be placeholders. */
  readonly promptId: string | null;
}

export interface Stream {
  /** Names of the connections, in the order of their opening. */
  readonly conns: readonly string[];
  /** `anonymous` without a client id; `late` when the client submitted something while it was not connected. */
  readonly kind: 'anonymous' | 'late' | 'plain';
  readonly messages: readonly Message[];
}

/** Recorded streams by client. */
export function recordedStreams(trace: Trace): ReadonlyMap<string, Stream> {
  const { frames } = trace;
  const opens = frames.filter(frame => frame.kind === 'open');
  const clients = new Set(opens.map(clientOfPath));
  return new Map(
    [...clients].map(client => {
      const conns = opens.filter(open => clientOfPath(open) === client).map(({ conn }) => conn);
      const parts = conns.map(conn => frames.filter(frame => frame.conn === conn).flatMap(recordedMessage));
      return [client, { conns, kind: kindOf(trace, client, conns), messages: withPrompts(parts.flat()) }];
    }),
  );
}

/** What the sockets of a stream received in the replay. */
export async function ourStream(
  { conns, kind }: Stream,
  sockets: ReadonlyMap<string, SocketRecorder>,
  ignoredTypes: ReadonlySet<string> = new Set(),
): Promise<Stream> {
  const messages: { type: string; data: JsonValue }[] = [];
  for (const frame of conns.flatMap(conn => sockets.get(conn)?.frames ?? [])) {
    if (frame.kind === 'message') messages.push(frame);
    else messages.push({ type: 'binary', data: await summarizeFrame(frame.bytes) });
  }
  return { conns, kind, messages: withPrompts(messages.filter(({ type }) => !ignoredTypes.has(type))) };
}

function kindOf({ requests, frames }: Trace, client: string, conns: readonly string[]): Stream['kind'] {
  if (client.startsWith('socket')) return 'anonymous';
  const own = frames.filter(frame => conns.includes(frame.conn));
  const submissions = requests.filter(
    ({ body }) => body.kind === 'json' && `client ${String(member(body.value, 'client_id'))}` === client,
  );
  const isOpenAt = (seq: number): boolean => {
    const before = own.filter(frame => frame.seq < seq);
    const count = (kind: string) => before.filter(frame => frame.kind === kind).length;
    return count('open') > count('close') + count('lost');
  };
  const hasGap = own.some(
    ({ kind, seq }) => kind === 'open' && submissions.some(request => request.seq < seq && !isOpenAt(seq)),
  );
  return hasGap ? 'late' : 'plain';
}

function recordedMessage(frame: RecordedFrame): { type: string; data: JsonValue }[] {
  if (frame.kind === 'message') return [{ type: frame.type, data: frame.data }];
  if (frame.kind === 'lost') return [{ type: LOST, data: {} }];
  if (frame.kind !== 'binary') return [];
  // The length of a compressed picture, and so of the frame, is the encoder's choice.
  const { seq, conn, length, metadata_length, ...summary } = frame.summary;
  return [{ type: 'binary', data: summary }];
}

/** Previews in the old format name no prompt: theirs is the one that was spoken of last. */
function withPrompts(messages: readonly { type: string; data: JsonValue }[]): Message[] {
  let last: string | null = null;
  return messages.map(({ type, data: value }) => {
    const data = isJsonObject(value) ? value : { value };
    const metadata = isJsonObject(data['metadata']) ? data['metadata'] : {};
    const named = data['prompt_id'] ?? metadata['prompt_id'];
    if (typeof named === 'string') last = named;
    const promptId = type === 'binary' ? last : typeof named === 'string' ? named : null;
    return { type, data, promptId };
  });
}

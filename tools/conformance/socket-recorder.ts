// One connection of a replay: sends what the recording's client sent and keeps every message in the shape of a recording.
import { once } from 'node:events';
import { decodeSocketMessage, type JsonObject, type JsonValue, parseLossless, stringifyLossless } from '@snug/protocol';
import { WebSocket } from 'ws';
import { summarizePicture } from './file-summary.ts';

/** A message as received; binary ones are summarised when the replay is over. */
export type OurFrame =
  | { readonly kind: 'message'; readonly type: string; readonly data: JsonValue }
  | { readonly kind: 'binary'; readonly bytes: Buffer };

/** Type of the entry that stands for the end of a connection by the server. */
export const LOST = 'lost';

export class SocketRecorder {
  readonly path: string;
  readonly frames: OurFrame[] = [];
  readonly #socket: WebSocket;
  #isClosing = false;

  private constructor(path: string, socket: WebSocket) {
    this.path = path;
    this.#socket = socket;
  }

  /** @param onFrame is called after each message. */
  static async open(base: string, path: string, onFrame: () => void): Promise<SocketRecorder> {
    const socket = new WebSocket(`${base.replace(/^http/, 'ws')}${path}`);
    const recorder = new SocketRecorder(path, socket);
    socket.on('message', (data: Buffer, isBinary) => {
      recorder.frames.push(isBinary ? { kind: 'binary', bytes: data } : messageOf(String(data)));
      onFrame();
    });
    socket.on('error', () => undefined); // A connection that breaks shows as lost.
    socket.on('close', () => {
      if (recorder.#isClosing) return;
      recorder.frames.push({ kind: 'message', type: LOST, data: {} });
      onFrame();
    });
    await once(socket, 'open');
    return recorder;
  }

  /** Texts are sent as they are, everything else as JSON. */
  send(message: JsonValue): void {
    this.#socket.send(typeof message === 'string' ? message : stringifyLossless(message));
  }

  /** Resolves when everything that the server has sent so far is here. */
  async drain(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const over = new AbortController();
    const { signal } = over;
    const answered = Promise.race([once(this.#socket, 'pong', { signal }), once(this.#socket, 'close', { signal })]);
    this.#socket.ping();
    await answered;
    over.abort();
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#isClosing = true;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

function messageOf(text: string): OurFrame {
  const { type, data } = decodeSocketMessage(text);
  return { kind: 'message', type, data };
}

/** What a recording would keep of a binary frame (spec websocket.md section 6); read here anew, not by the product's decoder. */
export async function summarizeFrame(bytes: Buffer): Promise<JsonObject> {
  const [type, word] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
  const head = { binary: true, type };
  if (type === 1) return { ...head, image_type: word, image: await summarizePicture(bytes.subarray(8)) };
  if (type !== 3 && type !== 4) return head;
  const [text, rest] = [bytes.toString('utf8', 8, 8 + word), bytes.subarray(8 + word)];
  if (type === 3) return { ...head, node_id: text, text: rest.toString('utf8') };
  return { ...head, metadata: parseLossless(text), image: await summarizePicture(rest) };
}

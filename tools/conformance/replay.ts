// Replays a scenario: requests and socket messages of the client in the order of the recording, each sent when the server has
// said what it had said at that point of the recording.
import { createHash } from 'node:crypto';
import { isJsonObject, type JsonValue, parseLossless, stringifyLossless } from '@snug/protocol';
import { type Answer, type FormPart, formOf, type Sending, send } from '../../server/test/http-client.ts';
import { type FreshServer, isIdle, untilIdle } from './fresh-server.ts';
import { makeFile } from './made-files.ts';
import { type Milestones, milestonesBefore } from './milestones.ts';
import { type DocumentPair, withOurFileName } from './our-file-names.ts';
import type { Bindings } from './placeholders.ts';
import { loadedNames } from './recorded-world.ts';
import { SocketRecorder } from './socket-recorder.ts';
import {
  member,
  type RecordedFrame,
  type RecordedPart,
  type RecordedRequest,
  submittedPrompt,
  type Trace,
} from './trace-format.ts';

export interface Replayed {
  /** Our answers by `seq`; a request that needs a value which we never got has none, nor has one that took too long. */
  readonly answers: ReadonlyMap<number, Answer>;
  readonly sockets: ReadonlyMap<string, SocketRecorder>;
}

/** How long a replay waits for what a busy server has not said yet. */
const PATIENCE_MS = 60_000;
/** Silence after which the server is asked whether it has anything left to do. */
const QUIET_MS = 300;

export async function replayTrace(trace: Trace, server: FreshServer, bindings: Bindings): Promise<Replayed> {
  return new Replay(trace, server, bindings).run();
}

interface Step {
  readonly seq: number;
  act(): Promise<void>;
}

class Replay {
  readonly #trace: Trace;
  readonly #server: FreshServer;
  readonly #bindings: Bindings;
  readonly #answers = new Map<number, Answer>();
  readonly #sockets = new Map<string, SocketRecorder>();
  readonly #texts: ReadonlyMap<string, string>;
  #onFrame: () => void = () => undefined;

  constructor(trace: Trace, server: FreshServer, bindings: Bindings) {
    this.#trace = trace;
    this.#server = server;
    this.#bindings = bindings;
    this.#texts = textAnswers(trace);
  }

  async run(): Promise<Replayed> {
    const { requests, frames } = this.#trace;
    const steps: Step[] = [
      ...requests.map(request => ({ seq: request.seq, act: () => this.#request(request) })),
      ...frames
        .filter(({ kind }) => kind === 'open' || kind === 'close' || kind === 'client_sends')
        .map(frame => ({ seq: frame.seq, act: () => this.#clientEvent(frame) })),
    ];
    steps.sort((a, b) => a.seq - b.seq);
    for (const { seq, act } of steps) {
      await this.#settle(milestonesBefore(this.#trace, seq));
      await act();
    }
    await this.#settle(milestonesBefore(this.#trace, Number.POSITIVE_INFINITY));
    await untilIdle(this.#server.port);
    await this.#drain();
    for (const socket of this.#sockets.values()) await socket.close();
    return { answers: this.#answers, sockets: this.#sockets };
  }

  async #clientEvent(frame: RecordedFrame): Promise<void> {
    const socket = this.#sockets.get(frame.conn);
    if (frame.kind === 'open') await this.#open(frame.conn, frame.path);
    else if (frame.kind === 'close') await socket?.close();
    else if (frame.kind === 'client_sends') socket?.send(frame.message);
  }

  async #open(conn: string, path: string): Promise<void> {
    const filled = this.#bindings.fill(path) ?? path;
    this.#sockets.set(conn, await SocketRecorder.open(this.#server.process.url, filled, () => this.#onFrame()));
  }

  /** Waits until the milestones are reached, or until the server has come to rest without reaching them. */
  async #settle(milestones: Milestones): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    const isReached = () => milestones.areReached(this.#sockets, this.#bindings);
    while (!isReached() && performance.now() < deadline) {
      const wasQuiet = await this.#quiet();
      if (wasQuiet && !isReached() && (await isIdle(this.#server.port))) {
        await this.#drain();
        return;
      }
    }
  }

  async #drain(): Promise<void> {
    for (const socket of this.#sockets.values()) await socket.drain();
  }

  /** Resolves with the next message, or with true when none comes for a while. */
  #quiet(): Promise<boolean> {
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(true), QUIET_MS);
      this.#onFrame = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
  }

  async #request(request: RecordedRequest): Promise<void> {
    const named = request.path.includes('<rand5>') ? this.#withOurFile(request.path) : request.path;
    const path = this.#bindings.fill(named);
    const sending = await this.#sendingOf(request);
    if (path === undefined || sending === undefined) return;
    await this.#awaitHistory(request, path);
    const answer = await Promise.race([send(this.#server.port, path, sending), this.#patience()]);
    if (answer === undefined) return;
    this.#answers.set(request.seq, answer);
    if (submittedPrompt(request) !== undefined && answer.status === 200) this.#learnPromptId(request, answer);
  }

  #patience(): Promise<undefined> {
    return new Promise(resolve => setTimeout(() => resolve(undefined), PATIENCE_MS).unref());
  }

  /** Where no message told that a prompt had ended, whoever recorded its history must have waited for it. */
  async #awaitHistory({ response }: RecordedRequest, path: string): Promise<void> {
    const { port } = this.#server;
    if (this.#sockets.size === 0 && /\/(view|jobs|history$|history\?)/.test(path)) await untilIdle(port);
    if (!/\/history\/./.test(path) || Object.keys(isJsonObject(response) ? response : {}).length === 0) return;
    const isThere = async () => (await send(port, path)).text.length > '{}'.length;
    while (!(await isThere()) && !(await isIdle(port))) await new Promise(resolve => setTimeout(resolve, 20));
  }

  #withOurFile(path: string): string {
    return withOurFileName(path, this.#shownSoFar(), this.#bindings);
  }

  /** What the recording's client had been shown and what ours was shown in its place. */
  #shownSoFar(): DocumentPair[] {
    const ours = [...this.#sockets.values()].flatMap(({ frames }) => frames.filter(frame => frame.kind === 'message'));
    const messages = this.#trace.frames.flatMap(frame => {
      if (frame.kind !== 'message' || frame.type !== 'executed') return [];
      const promptId = this.#bindings.fill(String(member(frame.data, 'prompt_id')));
      const isSame = (data: JsonValue) =>
        member(data, 'prompt_id') === promptId && member(data, 'node') === member(frame.data, 'node');
      const own = ours.find(({ type, data }) => type === frame.type && isSame(data));
      return own === undefined ? [] : [{ recorded: frame.data, ours: own.data }];
    });
    const answers = this.#trace.requests.flatMap(({ seq, path, response }) => {
      const answer = path.includes('/history') ? this.#answers.get(seq) : undefined;
      return answer === undefined ? [] : [{ recorded: response, ours: parseLossless(answer.text) }];
    });
    return [...messages, ...answers];
  }

  /** Messages of the prompt may be compared before its answer is. */
  #learnPromptId({ response }: RecordedRequest, answer: Answer): void {
    const [recorded, ours] = [member(response, 'prompt_id'), member(parseLossless(answer.text), 'prompt_id')];
    if (typeof recorded === 'string' && typeof ours === 'string') this.#bindings.matches(recorded, ours);
  }

  /** The request as it was sent; undefined when it needs a value that we never got. */
  async #sendingOf({ method, headers: recorded, body }: RecordedRequest): Promise<Sending | undefined> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(recorded)) {
      headers[name.toLowerCase()] = this.#bindings.fill(value) ?? value;
    }
    if (body.kind === 'none') return { method, headers };
    if (body.kind === 'multipart') {
      const form = formOf(await Promise.all(body.parts.map(part => this.#partOf(part))));
      return { method, headers: { ...headers, ...form.headers }, body: form.body };
    }
    if (body.kind === 'raw') return { method, headers, body: rawBody(this.#bindings.fill(body.text) ?? body.text) };
    const text = this.#bindings.fill(stringifyLossless(body.value));
    if (text === undefined) return undefined;
    return { method, headers: { 'content-type': 'application/json', ...headers }, body: text };
  }

  async #partOf({ value, ...part }: RecordedPart): Promise<FormPart> {
    if (typeof value === 'string') return { ...part, value };
    const text = this.#texts.get(value.sha256);
    if (text !== undefined) return { ...part, value: text };
    return { ...part, value: await makeFile(value, loadedNames(this.#trace).has(part.filename ?? '')) };
  }
}

/** `<4 bytes>` stands for bytes that are no text. */
function rawBody(text: string): string | Buffer {
  const count = /^<(\d+) bytes>$/.exec(text)?.[1];
  return count === undefined ? text : Buffer.alloc(Number(count), 0xff);
}

/** Texts that the scenario reads back, by digest: an upload with the same digest had this content. */
function textAnswers({ requests }: Trace): ReadonlyMap<string, string> {
  const texts = requests.map(({ response }) => response).filter(response => typeof response === 'string');
  return new Map(texts.map(text => [createHash('sha256').update(text).digest('hex'), text]));
}

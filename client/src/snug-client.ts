// The SDK's front door: one object per server and client id. Routes and wire names live here, everything about
// transport, sockets and following lives in the files that it is made of.
import {
  type ConvertWorkflowOptions,
  convertWorkflow,
  type FileReference,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  newPromptId,
  type Prompt,
  parseLossless,
  stringifyLossless,
  type WorkflowConversion,
} from '@snug/protocol';
import { ClientError } from './errors.ts';
import { EventStream, type StreamListener } from './event-stream.ts';
import { type HistoryEntry, parseHistoryEntry, parseQueueItems, type QueueSnapshot } from './history-entry.ts';
import { type CallOptions, decodeText, type Fetch, type HttpCall, HttpTransport } from './http-transport.ts';
import { type RunOptions, type RunResult, runPrompt } from './run-prompt.ts';
import { readSubmission, type Submission, type SubmitOptions, submissionBody } from './submission.ts';
import type { WebSocketConstructor } from './web-socket.ts';

export interface SnugClientOptions {
  /** Address of the server; a path below the host is kept, so reverse proxies work. Default `http://127.0.0.1:8188`. */
  readonly baseUrl?: string;
  /** Identity on the socket: events of a prompt go to the client that submitted it. Default: a new UUID. */
  readonly clientId?: string;
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /** Default: the platform's, else the package `ws`. */
  readonly WebSocket?: WebSocketConstructor;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Limit of one request attempt. Default 30 s. */
  readonly timeoutMs?: number;
  /** Further attempts of idempotent requests. Default 2. */
  readonly maxRetries?: number;
}

export interface UploadOptions extends CallOptions {
  readonly filename: string;
  /** Default: the top of the place. */
  readonly subfolder?: string;
  /** Default `input`. */
  readonly type?: FileReference['type'];
  /** Replace a file of that name. Default: an identical file is reused, a different one gets a new name. */
  readonly overwrite?: boolean;
}

/**
 * Client of a local server.
 *
 * @example
 * const client = new SnugClient({ baseUrl: 'http://127.0.0.1:8188' });
 * const { files } = await client.run(prompt, { onProgress: step => console.error(step.value, step.max) });
 * const png = await client.download(files[0]);
 */
export class SnugClient {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly #http: HttpTransport;
  readonly #stream: EventStream;

  constructor(options: SnugClientOptions = {}) {
    const base = parseBaseUrl(options.baseUrl ?? 'http://127.0.0.1:8188');
    this.baseUrl = base.href;
    this.clientId = options.clientId ?? newPromptId();
    this.#http = new HttpTransport({
      baseUrl: base.href,
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      headers: options.headers ?? {},
      timeoutMs: options.timeoutMs ?? 30_000,
      maxRetries: options.maxRetries ?? 2,
    });
    const socketUrl = new URL(this.#http.url('ws', { clientId: this.clientId }));
    socketUrl.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#stream = new EventStream({ url: socketUrl.href, WebSocket: options.WebSocket });
  }

  /**
   * Queues a prompt and returns as soon as the server has accepted it. Never repeated by itself: a lost answer does
   * not tell whether the prompt was queued.
   * @throws {PromptRejectedError} when validation refuses it.
   */
  async submit(prompt: Prompt, options: SubmitOptions = {}): Promise<Submission> {
    const body = submissionBody(prompt, this.clientId, options);
    const call = { ...options, method: 'POST', path: 'prompt', json: stringifyLossless(body), expect: [400] } as const;
    const { status, bytes } = await this.#http.request(call);
    return readSubmission({ url: this.#http.url('prompt'), status, body: decodeText(bytes) });
  }

  /**
   * Submits a prompt and follows it to its end, over the socket and, where that fails, by polling.
   * An aborted `signal` also takes the prompt off the server.
   * @throws {PromptRejectedError | ExecutionFailedError | ExecutionInterruptedError | PromptRemovedError}
   */
  run(prompt: Prompt, options: RunOptions = {}): Promise<RunResult> {
    return runPrompt(this, this.#stream, prompt, options);
  }

  /** Listens to everything that the socket brings; answers the function that stops listening. */
  subscribe(listener: StreamListener): () => void {
    return this.#stream.subscribe(listener);
  }

  /** Stores a file on the server; the answer names it as loader nodes want it. */
  async uploadImage(content: Uint8Array | Blob, options: UploadOptions): Promise<FileReference & { name: string }> {
    const form = new FormData();
    const blob = content instanceof Blob ? content : new Blob([new Uint8Array(content)]);
    form.set('image', blob, options.filename);
    form.set('type', options.type ?? 'input');
    form.set('subfolder', options.subfolder ?? '');
    if (options.overwrite) {
      form.set('overwrite', 'true');
    }
    const answer = await this.#object({ ...options, method: 'POST', path: 'upload/image', form });
    const filename = String(answer['name']);
    const subfolder = String(answer['subfolder'] ?? '');
    const name = subfolder === '' ? filename : `${subfolder}/${filename}`;
    return { filename, subfolder, type: options.type ?? 'input', name };
  }

  /** Reads a file of the server. */
  async download(file: FileReference, options: CallOptions = {}): Promise<Uint8Array> {
    const { filename, subfolder, type } = file;
    const { bytes } = await this.#http.request({
      ...options,
      method: 'GET',
      path: 'view',
      query: { filename, subfolder, type },
    });
    return bytes;
  }

  /** Address under which a browser can show a file. */
  viewUrl({ filename, subfolder, type }: FileReference): string {
    return this.#http.url('view', { filename, subfolder, type });
  }

  /** Stops the running prompt; with an id only if that is the one that runs. */
  async interrupt(promptId?: string, options: CallOptions = {}): Promise<void> {
    await this.#post('interrupt', promptId === undefined ? {} : { prompt_id: promptId }, options);
  }

  async queue(options: CallOptions = {}): Promise<QueueSnapshot> {
    const answer = await this.#object({ ...options, method: 'GET', path: 'queue' });
    return { running: parseQueueItems(answer['queue_running']), pending: parseQueueItems(answer['queue_pending']) };
  }

  /** Takes waiting prompts out of the queue; unknown ids are ignored. */
  async deleteQueued(promptIds: readonly string[], options: CallOptions = {}): Promise<void> {
    await this.#post('queue', { delete: [...promptIds] }, options);
  }

  async clearQueue(options: CallOptions = {}): Promise<void> {
    await this.#post('queue', { clear: true }, options);
  }

  /** Finished prompts, oldest first; `maxItems` alone takes the newest. */
  async history(options: CallOptions & { maxItems?: number; offset?: number } = {}): Promise<HistoryEntry[]> {
    const query = { max_items: options.maxItems, offset: options.offset };
    const answer = await this.#object({ ...options, method: 'GET', path: 'history', query });
    return Object.values(answer).flatMap(entry => parseHistoryEntry(entry) ?? []);
  }

  /** One finished prompt; undefined while it waits or runs, and for unknown ids. */
  async historyEntry(promptId: string, options: CallOptions = {}): Promise<HistoryEntry | undefined> {
    const path = `history/${encodeURIComponent(promptId)}`;
    const answer = await this.#object({ ...options, method: 'GET', path });
    return parseHistoryEntry(answer[promptId]);
  }

  async deleteHistory(promptIds: readonly string[], options: CallOptions = {}): Promise<void> {
    await this.#post('history', { delete: [...promptIds] }, options);
  }

  /** The node catalogue, or `{}` for an unknown class. Wire names are kept. */
  objectInfo(classType?: string, options: CallOptions = {}): Promise<JsonObject> {
    const path = classType === undefined ? 'object_info' : `object_info/${encodeURIComponent(classType)}`;
    return this.#object({ ...options, method: 'GET', path });
  }

  /**
   * Converts an editor's workflow to the prompt that this server would run. It happens here, with the server's node
   * catalogue, so that it works with any server. What is wrong with the workflow is part of the answer.
   */
  async convertWorkflow(
    workflow: JsonValue,
    options: CallOptions & ConvertWorkflowOptions = {},
  ): Promise<WorkflowConversion> {
    return convertWorkflow(workflow, await this.objectInfo(undefined, options), options);
  }

  /** Versions, memory and devices of the server. Wire names are kept. */
  systemStats(options: CallOptions = {}): Promise<JsonObject> {
    return this.#object({ ...options, method: 'GET', path: 'system_stats' });
  }

  /** Unloads models; `freeMemory` also drops all cached node results. */
  async free(options: CallOptions & { unloadModels?: boolean; freeMemory?: boolean } = {}): Promise<void> {
    const body = { unload_models: options.unloadModels ?? true, free_memory: options.freeMemory ?? false };
    await this.#post('free', body, options);
  }

  /** Control requests may be repeated: each of them says what the state shall be. */
  async #post(path: string, body: JsonObject, options: CallOptions): Promise<void> {
    const json = stringifyLossless(body);
    await this.#http.request({ ...options, method: 'POST', path, json, isIdempotent: path !== 'interrupt' });
  }

  async #object(call: HttpCall): Promise<JsonObject> {
    const { bytes } = await this.#http.request(call);
    const value = parseAnswer(decodeText(bytes));
    if (!isJsonObject(value)) {
      const reason = 'no JSON object';
      throw new ClientError('BAD_RESPONSE', { method: call.method, url: this.#http.url(call.path), reason });
    }
    return value;
  }
}

function parseAnswer(text: string): JsonValue | undefined {
  try {
    return parseLossless(text);
  } catch {
    return undefined; // The caller says which request was answered so.
  }
}

/** With a trailing slash, so that paths are joined below it. */
function parseBaseUrl(baseUrl: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  } catch (cause) {
    throw new ClientError('BASE_URL_INVALID', { baseUrl }, cause);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ClientError('BASE_URL_INVALID', { baseUrl });
  }
  return url;
}

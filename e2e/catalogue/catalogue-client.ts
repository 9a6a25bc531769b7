// The client of the catalogue's suite (spec execution-test-catalog.md section 1): submits over HTTP without saying that it is JSON,
// listens until the prompt has ended, reads its history and looks at its pictures.
import { type JsonObject, type JsonValue, stringifyLossless } from '@snug/protocol';
import sharp from 'sharp';
import { at, getJson, openSocket, type SocketLog } from '../prompts.ts';
import type { CatalogueGraph, CatalogueNode } from './catalogue-graph.ts';

export interface CatalogueRun {
  readonly promptId: string;
  /** What `execution_error` said; undefined for a run that went well. */
  readonly error: JsonObject | undefined;
  /** Nodes named by `executing`, in order. */
  readonly executed: readonly string[];
  didRun(node: CatalogueNode): boolean;
  /** Ran, or was found in the cache. */
  wasExecuted(node: CatalogueNode): boolean;
  /** Mean of each picture that a node showed, 0 to 255. */
  levels(node: CatalogueNode): readonly number[];
  /** Nodes that were running at the same time as another one. */
  readonly overlapping: ReadonlySet<string>;
}

export class CatalogueClient {
  readonly #url: string;
  readonly #socket: SocketLog;
  readonly #clientId: string;

  private constructor(url: string, socket: SocketLog, clientId: string) {
    this.#url = url;
    this.#socket = socket;
    this.#clientId = clientId;
  }

  static async connect(url: string, clientId = crypto.randomUUID()): Promise<CatalogueClient> {
    return new CatalogueClient(url, await openSocket(url, clientId), clientId);
  }

  close(): void {
    this.#socket.socket.close();
  }

  /** Messages so far. */
  get messages(): SocketLog['messages'] {
    return this.#socket.messages;
  }

  /** Status of the answer to a submission. */
  async statusOf(graph: CatalogueGraph, targets?: readonly string[]): Promise<number> {
    return (await this.#post(graph, targets)).status;
  }

  /** @throws Error when the prompt is refused. */
  async run(graph: CatalogueGraph, targets?: readonly string[]): Promise<CatalogueRun> {
    const response = await this.#post(graph, targets);
    const answer = (await response.json()) as { prompt_id?: string };
    if (response.status !== 200 || answer.prompt_id === undefined) {
      throw new Error(`the prompt was refused with ${response.status}: ${JSON.stringify(answer)}`);
    }
    const promptId = answer.prompt_id;
    await this.#socket.ended(promptId);
    const history = await getJson(`${this.#url}/history/${promptId}`);
    if (history[promptId] === undefined) throw new Error(`prompt ${promptId} has ended, but is not in the history`);
    return this.#runOf(promptId, await this.#picturesOf(at(history, promptId, 'outputs') ?? {}));
  }

  #post(graph: CatalogueGraph, targets?: readonly string[]): Promise<Response> {
    const partial = targets === undefined ? {} : { partial_execution_targets: [...targets] };
    const body = stringifyLossless({ prompt: graph.build(), client_id: this.#clientId, ...partial });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return fetch(`${this.#url}/prompt`, { method: 'POST', headers, body });
  }

  #runOf(promptId: string, pictures: ReadonlyMap<string, readonly number[]>): CatalogueRun {
    const own = this.#socket.messages.filter(({ data }) => data['prompt_id'] === promptId);
    const of = (wanted: string) => own.filter(({ type }) => type === wanted).map(({ data }) => data);
    const executed = of('executing').flatMap(({ node }) => (typeof node === 'string' ? [node] : []));
    const cached = of('execution_cached').flatMap(({ nodes }) => nodes as string[]);
    return {
      promptId,
      error: of('execution_error')[0],
      executed,
      didRun: ({ id }) => executed.includes(id),
      wasExecuted: ({ id }) => executed.includes(id) || cached.includes(id),
      levels: ({ id }) => pictures.get(id) ?? [],
      overlapping: new Set(of('progress_state').flatMap(({ nodes }) => runningTogether(nodes ?? {}))),
    };
  }

  async #picturesOf(outputs: JsonValue): Promise<Map<string, readonly number[]>> {
    const pictures = new Map<string, readonly number[]>();
    for (const [id, output] of Object.entries(outputs ?? {})) {
      const files = (at(output as JsonValue, 'images') ?? []) as JsonObject[];
      pictures.set(id, await Promise.all(files.map(file => this.#levelOf(file))));
    }
    return pictures;
  }

  /** @throws Error for a picture with an alpha channel. */
  async #levelOf(file: JsonObject): Promise<number> {
    const query = new URLSearchParams(
      Object.entries(file).map(([key, value]): [string, string] => [key, String(value)]),
    );
    const response = await fetch(`${this.#url}/view?${query}`);
    const { data, info } = await sharp(await response.arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${String(file['filename'])} has ${info.channels} channels`);
    return data.reduce((sum, value) => sum + value, 0) / data.length;
  }
}

function runningTogether(nodes: JsonValue): string[] {
  const running = Object.entries(nodes ?? {}).filter(([, node]) => at(node as JsonValue, 'state') === 'running');
  return running.length > 1 ? running.map(([id]) => id) : [];
}

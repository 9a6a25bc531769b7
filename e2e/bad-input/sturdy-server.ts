// A server that is sent bad input, and the question that follows each time: does it still work?
import { type JsonObject, parseLossless } from '@snug/protocol';
import { expect } from 'vitest';
import { at, colourPrompt, getJson, openSocket, type SocketLog } from '../prompts.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** How a run ended: the history entry and what `execution_error` said. */
export interface Ended {
  readonly error: JsonObject | undefined;
  readonly status: unknown;
  readonly outputs: JsonObject;
}

export class SturdyServer implements AsyncDisposable {
  readonly process: ServerProcess;
  readonly #log: SocketLog;
  #color = 0;

  private constructor(process: ServerProcess, log: SocketLog) {
    this.process = process;
    this.#log = log;
  }

  static async start(flags: readonly string[] = []): Promise<SturdyServer> {
    const process = await startServerProcess({ packs: ['bad-nodes.mjs'], flags });
    return new SturdyServer(process, await openSocket(process.url, 'sturdy'));
  }

  get url(): string {
    return this.process.url;
  }

  /** Submits a body as it is. */
  async post(body: string | Uint8Array): Promise<Answer> {
    const response = await fetch(`${this.url}/prompt`, { method: 'POST', body });
    const text = await response.text();
    return { status: response.status, body: (text.startsWith('{') ? parseLossless(text) : { text }) as JsonObject };
  }

  /** Submits the JSON text of a prompt. */
  submit(prompt: string): Promise<Answer> {
    return this.post(`{"client_id":"sturdy","prompt":${prompt}}`);
  }

  /** Submits a prompt and answers its id. */
  async start(prompt: object): Promise<string> {
    const { status, body } = await this.submit(JSON.stringify(prompt));
    expect([status, body['error']]).toEqual([200, undefined]);
    return body['prompt_id'] as string;
  }

  /** Resolves when a node of the prompt is running. */
  async running(promptId: string, node: string): Promise<void> {
    await this.#log.until(
      (type, data) => type === 'executing' && data['prompt_id'] === promptId && data['node'] === node,
    );
  }

  async ended(promptId: string): Promise<Ended> {
    await this.#log.ended(promptId);
    const history = await getJson(`${this.url}/history/${promptId}`);
    const errors = this.#log.messages.filter(
      ({ type, data }) => type === 'execution_error' && data['prompt_id'] === promptId,
    );
    expect(errors.length).toBeLessThan(2);
    return {
      error: errors[0]?.data,
      status: at(history, promptId, 'status', 'status_str'),
      outputs: at(history, promptId, 'outputs') as JsonObject,
    };
  }

  /** Runs a prompt that must be accepted. */
  async run(prompt: object): Promise<Ended> {
    return this.ended(await this.start(prompt));
  }

  /** The queue goes on: a good prompt runs to its end, and nothing is left behind. */
  async worksStill(): Promise<void> {
    const ended = await this.run(colourPrompt({ prefix: 'good', color: this.#color++, size: 16 }));
    expect(ended).toMatchObject({ error: undefined, status: 'success' });
    expect(await getJson(`${this.url}/prompt`)).toEqual({ exec_info: { queue_remaining: 0 } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#log.socket.close();
    await this.process[Symbol.asyncDispose]();
  }
}

// Overhead of the server without any model: trivial prompts one by one, sixteen at once and cached; the catalogue; fan-out; a deep queue.
// Works against any ComfyUI-compatible server on this machine, so that a peer can be measured in the same run.
import { performance } from 'node:perf_hooks';
import WebSocket from 'ws';

export interface HttpFigures {
  readonly serial: Rate;
  readonly concurrent16: Rate;
  readonly cached: Rate;
  readonly objectInfo: { readonly p50Ms: number; readonly p99Ms: number; readonly bytes: number };
  readonly systemStats: { readonly p50Ms: number; readonly p99Ms: number };
  readonly fanOut: { readonly sockets: number; readonly ms: number };
  readonly submit: { readonly prompts: number; readonly perSecond: number; readonly p99Ms: number };
  readonly queueWhileBusy: { readonly ms: number; readonly bytes: number };
  readonly history64: { readonly p50Ms: number; readonly bytes: number };
}

export interface Rate {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Sizes {
  readonly prompts: number;
  readonly sockets: number;
  readonly pending: number;
}

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN).toFixed(2));
};

/** A picture of one colour, inverted and previewed: three nodes, no model. */
function trivialPrompt(color: number): object {
  return {
    1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color } },
    2: { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
    3: { class_type: 'PreviewImage', inputs: { images: ['2', 0] } },
  };
}

/** @param base `http://127.0.0.1:PORT` of a running server; nothing but this machine is ever measured. */
export async function measureHttp(base: string, sizes: Sizes): Promise<HttpFigures> {
  if (!/^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/.test(base))
    throw new Error(`${base} is not this machine`);
  const bench = new HttpBench(base);
  await bench.run({ count: 20, atOnce: 1, same: false });
  const serial = await bench.run({ count: Math.min(sizes.prompts, 200), atOnce: 1, same: false });
  const concurrent16 = await bench.run({ count: sizes.prompts, atOnce: 16, same: false });
  const cached = await bench.run({ count: sizes.prompts, atOnce: 1, same: true });
  const info = await bench.repeat('/object_info', 30);
  const stats = await bench.repeat('/system_stats', 200);
  const fanOut = await bench.fanOut(sizes.sockets);
  const deep = await bench.deepQueue(sizes.pending);
  const history = await bench.repeat('/history?max_items=64', 10);
  return {
    serial,
    concurrent16,
    cached,
    objectInfo: { p50Ms: quantile(info.times, 0.5), p99Ms: quantile(info.times, 0.99), bytes: info.bytes },
    systemStats: { p50Ms: quantile(stats.times, 0.5), p99Ms: quantile(stats.times, 0.99) },
    fanOut,
    ...deep,
    history64: { p50Ms: quantile(history.times, 0.5), bytes: history.bytes },
  };
}

/** Trivial prompts, each measured from its POST to `executing` with node null on the socket. */
export async function measurePrompts(base: string, options: { count: number; atOnce: number }): Promise<Rate> {
  return new HttpBench(base).run({ ...options, same: false });
}

class HttpBench {
  readonly #base: string;
  #color = 1;

  constructor(base: string) {
    this.#base = base;
  }

  async run(options: { count: number; atOnce: number; same: boolean }): Promise<Rate> {
    const clientId = `bench-${Math.random()}`;
    const socket = await this.#open(clientId);
    const ended = new Map<string, () => void>();
    const early = new Set<string>();
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const message = JSON.parse(String(data)) as { type: string; data: { node: string | null; prompt_id: string } };
      if (message.type !== 'executing' || message.data.node !== null) return;
      const wake = ended.get(message.data.prompt_id);
      if (wake) wake();
      else early.add(message.data.prompt_id);
    });
    const times: number[] = [];
    let next = 0;
    const one = async (): Promise<void> => {
      while (next++ < options.count) {
        const begin = performance.now();
        const id = await this.#submit(options.same ? 7 : this.#color++, clientId);
        if (!early.delete(id)) await new Promise<void>(resolve => ended.set(id, resolve));
        ended.delete(id);
        times.push(performance.now() - begin);
      }
    };
    const begin = performance.now();
    await Promise.all(Array.from({ length: options.atOnce }, one));
    const seconds = (performance.now() - begin) / 1000;
    socket.close();
    return {
      perSecond: Math.round(options.count / seconds),
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
    };
  }

  async repeat(path: string, count: number): Promise<{ times: number[]; bytes: number }> {
    const times: number[] = [];
    let bytes = 0;
    for (let i = 0; i < count; i++) {
      const begin = performance.now();
      bytes = (await (await fetch(this.#base + path)).arrayBuffer()).byteLength;
      times.push(performance.now() - begin);
    }
    return { times, bytes };
  }

  /** Time until every socket has the `status` of one submission. */
  async fanOut(sockets: number): Promise<{ sockets: number; ms: number }> {
    const open = await Promise.all(Array.from({ length: sockets }, (_, i) => this.#open(`fan-${i}`)));
    const begin = performance.now();
    const all = Promise.all(open.map(socket => new Promise(resolve => socket.once('message', resolve))));
    await this.#submit(this.#color++, 'nobody');
    await all;
    const ms = Number((performance.now() - begin).toFixed(1));
    for (const socket of open) socket.close();
    return { sockets, ms };
  }

  async deepQueue(pending: number): Promise<Pick<HttpFigures, 'submit' | 'queueWhileBusy'>> {
    const times: number[] = [];
    let next = 0;
    const begin = performance.now();
    const one = async (): Promise<void> => {
      while (next++ < pending) {
        const start = performance.now();
        await this.#submit(this.#color++, 'nobody');
        times.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: 16 }, one));
    const seconds = (performance.now() - begin) / 1000;
    const queue = await this.repeat('/queue', 1);
    await this.#drain();
    return {
      submit: { prompts: pending, perSecond: Math.round(pending / seconds), p99Ms: quantile(times, 0.99) },
      queueWhileBusy: { ms: quantile(queue.times, 0), bytes: queue.bytes },
    };
  }

  async #submit(color: number, clientId: string): Promise<string> {
    const response = await fetch(`${this.#base}/prompt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: trivialPrompt(color & 0xffffff), client_id: clientId }),
    });
    const answer = (await response.json()) as { prompt_id?: string };
    if (answer.prompt_id === undefined) throw new Error(`The server refused the prompt: ${JSON.stringify(answer)}`);
    return answer.prompt_id;
  }

  #open(clientId: string): Promise<WebSocket> {
    const socket = new WebSocket(`${this.#base.replace('http', 'ws')}/ws?clientId=${clientId}`);
    return new Promise((resolve, reject) => {
      socket.once('message', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const state = (await (await fetch(`${this.#base}/prompt`)).json()) as { exec_info: { queue_remaining: number } };
      if (state.exec_info.queue_remaining === 0) return;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
}

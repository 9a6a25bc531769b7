// What the wire carries when much is stored and many listen: requests a second and their latencies against a server with 100,000
// history entries and 10,000 waiting prompts, and events to a thousand sockets. The server is the built one, in its own process.
import { rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';
import WebSocket from 'ws';
import { startServerProcess } from '../e2e/server-process.ts';
import { makeWireFolder, pictureName, type WireSizes } from './wire-fixture.ts';

export interface RequestFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of one answer. */
  readonly bytes: number;
}

export interface FanOutFigures {
  readonly sockets: number;
  /** From a submission until the last socket has heard of it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Messages that sockets took in a second while submissions followed each other. */
  readonly messagesPerSecond: number;
}

export interface WireFigures {
  /** Process start to listening, with the whole database. */
  readonly listenMs: number;
  readonly objectInfo: RequestFigures;
  /** A client that has it already. */
  readonly objectInfoUnchanged: RequestFigures;
  readonly queue: RequestFigures;
  readonly history64: RequestFigures;
  readonly jobs64: RequestFigures;
  readonly view: RequestFigures;
  readonly fanOut: FanOutFigures;
}

export interface WireOptions extends WireSizes {
  readonly sockets: number;
}

export async function measureWire(options: WireOptions): Promise<WireFigures> {
  const base = await makeWireFolder(options);
  try {
    const begin = performance.now();
    await using server = await startServerProcess({
      base,
      packs: ['test-nodes.mjs'],
      flags: ['--history-entries', String(options.history + options.pending)],
    });
    const listenMs = Math.round(performance.now() - begin);
    const bench = new WireBench(server.url);
    const etag = await bench.etagOf('/object_info');
    return {
      listenMs,
      objectInfo: await bench.request('/object_info', { count: 500 }),
      objectInfoUnchanged: await bench.request('/object_info', { count: 500, headers: { 'if-none-match': etag } }),
      queue: await bench.request('/queue', { count: 20, atOnce: 2 }),
      history64: await bench.request('/history?max_items=64', { count: 500 }),
      jobs64: await bench.request('/api/jobs?limit=64', { count: 500 }),
      view: await bench.request(`/view?filename=${pictureName}`, { count: 200 }),
      fanOut: await bench.fanOut(options.sockets),
    };
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

const SUBMISSIONS = 50;

class WireBench {
  readonly #base: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(base: string) {
    this.#base = base;
  }

  /** Default eight requests at once. */
  async request(
    path: string,
    { count, atOnce = 8, headers = {} }: { count: number; atOnce?: number; headers?: Record<string, string> },
  ): Promise<RequestFigures> {
    await this.#get(path, headers);
    const times: number[] = [];
    let bytes = 0;
    let next = 0;
    const one = async (): Promise<void> => {
      while (next++ < count) {
        const begin = performance.now();
        bytes = await this.#get(path, headers);
        times.push(performance.now() - begin);
      }
    };
    const begin = performance.now();
    await Promise.all(Array.from({ length: atOnce }, one));
    const seconds = (performance.now() - begin) / 1000;
    return { perSecond: Math.round(count / seconds), p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), bytes };
  }

  async etagOf(path: string): Promise<string> {
    return (await fetch(this.#base + path)).headers.get('etag') ?? '';
  }

  /** Submissions one after another, each heard by every socket. */
  async fanOut(sockets: number): Promise<FanOutFigures> {
    const open: WebSocket[] = [];
    // In groups: a thousand handshakes at once measure the backlog of the listener.
    while (open.length < sockets) {
      const size = Math.min(50, sockets - open.length);
      open.push(...(await Promise.all(Array.from({ length: size }, (_, i) => this.#open(`wire-${open.length + i}`)))));
    }
    const times: number[] = [];
    const begin = performance.now();
    for (let i = 0; i < SUBMISSIONS; i++) times.push(await this.#submitHeardBy(open, i));
    const seconds = (performance.now() - begin) / 1000;
    for (const socket of open) socket.terminate();
    return {
      sockets,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      messagesPerSecond: Math.round((SUBMISSIONS * sockets) / seconds),
    };
  }

  async #submitHeardBy(sockets: readonly WebSocket[], color: number): Promise<number> {
    const heard = Promise.all(sockets.map(socket => new Promise(resolve => socket.once('message', resolve))));
    const prompt = {
      1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color } },
      2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    };
    const begin = performance.now();
    const response = await fetch(`${this.#base}/prompt`, { method: 'POST', body: JSON.stringify({ prompt }) });
    if (!response.ok) throw new Error(`The server refused the prompt: ${await response.text()}`);
    await heard;
    return performance.now() - begin;
  }

  #open(clientId: string): Promise<WebSocket> {
    const socket = new WebSocket(`${this.#base.replace('http', 'ws')}/ws?clientId=${clientId}`);
    return new Promise((resolve, reject) => {
      socket.once('message', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  /** Number of bytes of the body; anything but success is an error. */
  #get(path: string, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = get(this.#base + path, { agent: this.#agent, headers }, incoming => {
        const status = incoming.statusCode ?? 0;
        if (status !== 200 && status !== 304) reject(new Error(`${path} was answered with ${status}`));
        let bytes = 0;
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        incoming.on('error', reject);
        incoming.on('end', () => resolve(bytes));
      });
      outgoing.on('error', reject);
    });
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN).toFixed(2));
}

// Pixel work on all cores: every pass is cut into bands of rows that threads take one after the other, on arrays in shared
// memory, while the caller's event loop stays free. Little work is done at once, because a trip to a thread costs more.
import type { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.ts';
import { startThread } from '../start-thread.ts';
import { physicalCores } from './physical-cores.ts';
import type { PixelBand, PixelReply } from './pixel-thread.ts';
import { allocated, doPixelWork, type PixelMemory, type PixelPass, type PixelWork } from './pixel-work.ts';

export interface PixelThreadsOptions {
  /** 0 = as many as physical cores (default). */
  readonly threads?: number;
  /** Work on fewer values is done on the calling thread; default 256 Ki. */
  readonly inlineValues?: number;
}

/** Bands per thread of a pass: enough to even out bands that take longer, and to stop soon after an abort. */
const BANDS_PER_THREAD = 8;
/** Bands that a thread has been given: while it works on one, the next already waits. */
const BANDS_AHEAD = 2;
/** Values that are copied into shared memory before the event loop gets a turn. */
const COPIED_AT_ONCE = 2 ** 21;

const sharedMemory: PixelMemory = {
  floats: length => allocated(length * 4, () => new Float32Array(new SharedArrayBuffer(length * 4))),
  bytes: length => allocated(length, () => new Uint8Array(new SharedArrayBuffer(length))),
};

interface PendingBand extends Omit<PixelBand, 'id'> {
  readonly settle: (error?: EngineError) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly bands: Map<number, PendingBand>;
}

/** Threads for pixels, started when they are first needed. An idle pool keeps no process alive. */
export class PixelThreads {
  readonly #size: number;
  readonly #inlineValues: number;
  readonly #threads: Thread[] = [];
  #waiting: PendingBand[] = [];
  #nextId = 1;
  #isDisposed = false;

  constructor({ threads = 0, inlineValues = 2 ** 18 }: PixelThreadsOptions = {}) {
    this.#size = threads || physicalCores();
    this.#inlineValues = inlineValues;
  }

  /**
   * Does the work and gives its result, the same bits as `doPixelWork`.
   * @throws EngineError PIXELS_OUT_OF_MEMORY, PIXEL_WORK_FAILED, ENGINE_DISPOSED; the signal's reason when it aborted.
   */
  async run<Result>(work: PixelWork<Result>, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#isDisposed) throw new EngineError('ENGINE_DISPOSED', {});
    if (work.values < this.#inlineValues) return doPixelWork(work);
    const copies = new Map<Float32Array | Uint8Array, Float32Array | Uint8Array>();
    const steps = work.steps(sharedMemory);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      await this.#runPass({ ...step.value, args: await sharedArgs(step.value.args, copies, signal) }, signal);
    }
  }

  /** Ends the threads; work that still runs fails with ENGINE_DISPOSED. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const error = new EngineError('ENGINE_DISPOSED', {});
    for (const { settle } of this.#waiting.splice(0)) settle(error);
    const ended = this.#threads.splice(0).map(({ worker, bands }) => {
      for (const { settle } of bands.values()) settle(error);
      bands.clear();
      return worker.terminate();
    });
    await Promise.all(ended);
  }

  /** Rejects at once when the signal aborts; bands that have begun end unheard, and nobody has their arrays any more. */
  #runPass({ kernel, args, rows }: PixelPass, signal: AbortSignal | undefined): Promise<void> {
    const height = Math.max(1, Math.ceil(rows / (this.#size * BANDS_PER_THREAD)));
    return new Promise((resolve, reject) => {
      let open = Math.ceil(rows / height);
      if (open === 0) return resolve();
      const bands: PendingBand[] = [];
      const finish = (act: () => void): void => {
        signal?.removeEventListener('abort', abort);
        this.#waiting = this.#waiting.filter(band => !bands.includes(band));
        act();
      };
      const abort = (): void => finish(() => reject(signal?.reason));
      const settle = (error?: EngineError): void => {
        if (error !== undefined) finish(() => reject(error));
        else if (--open === 0) finish(resolve);
      };
      for (let first = 0; first < rows; first += height) {
        bands.push({ kernel, args, first, last: Math.min(first + height, rows), settle });
      }
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort);
      this.#waiting.push(...bands);
      this.#giveBands();
    });
  }

  /** Hands waiting bands to the threads that have the fewest. */
  #giveBands(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#threads.find(({ bands }) => bands.size === 0);
      const thread = idle ?? (this.#threads.length < this.#size ? this.#start() : this.#leastBusy());
      if (thread.bands.size >= BANDS_AHEAD) return;
      const band = this.#waiting.shift()!;
      const id = this.#nextId++;
      thread.bands.set(id, band);
      thread.worker.ref();
      const { kernel, args, first, last } = band;
      thread.worker.postMessage({ id, kernel, args, first, last } satisfies PixelBand);
    }
  }

  #leastBusy(): Thread {
    return this.#threads.reduce((least, thread) => (thread.bands.size < least.bands.size ? thread : least));
  }

  #start(): Thread {
    const worker = startThread(new URL('./pixel-thread', import.meta.url));
    const thread: Thread = { worker, bands: new Map() };
    this.#threads.push(thread);
    worker.on('message', (reply: PixelReply) => {
      const band = thread.bands.get(reply.id);
      thread.bands.delete(reply.id);
      if (thread.bands.size === 0) worker.unref();
      band?.settle(reply.error === undefined ? undefined : workError(band, reply.error));
      this.#giveBands();
    });
    worker.on('error', cause => this.#lose(thread, cause instanceof Error ? cause.message : String(cause)));
    worker.on('exit', code => this.#lose(thread, `the thread ended with code ${code}`));
    return thread;
  }

  /** What a lost thread was given fails; another one is started when it is needed. */
  #lose(thread: Thread, reason: string): void {
    const place = this.#threads.indexOf(thread);
    if (place >= 0) this.#threads.splice(place, 1);
    const bands = [...thread.bands.values()];
    thread.bands.clear();
    for (const band of bands) band.settle(workError(band, reason));
    if (!this.#isDisposed) this.#giveBands();
  }
}

function workError({ kernel }: PendingBand, reason: string): EngineError {
  return new EngineError('PIXEL_WORK_FAILED', { kernel, reason });
}

/** Arguments whose pixels lie in shared memory; each array is copied once per work. Small tables are sent along with each band. */
async function sharedArgs(
  args: object,
  copies: Map<Float32Array | Uint8Array, Float32Array | Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<object> {
  const shared: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) {
    if (!(value instanceof Float32Array || value instanceof Uint8Array) || value.buffer instanceof SharedArrayBuffer) {
      shared[name] = value;
      continue;
    }
    const copy = copies.get(value) ?? (await copyToShared(value, signal));
    copies.set(value, copy);
    shared[name] = copy;
  }
  return shared;
}

async function copyToShared<Values extends Float32Array | Uint8Array>(
  values: Values,
  signal: AbortSignal | undefined,
): Promise<Values> {
  const { floats, bytes } = sharedMemory;
  const copy = values instanceof Float32Array ? floats(values.length) : bytes(values.length);
  for (let start = 0; start < values.length; start += COPIED_AT_ONCE) {
    copy.set(values.subarray(start, start + COPIED_AT_ONCE), start);
    await new Promise(resolve => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return copy as Values;
}

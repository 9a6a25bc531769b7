// The backend that runs onnxruntime on a worker thread, so that the caller's event loop stays free. Tensors cross by transfer of
// their buffers. The thread starts at the first session and is asked to exit at the end; it is never terminated, because ending
// a thread that is inside a run aborts the whole process.
import type { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.ts';
import { startThread } from '../start-thread.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Feeds, InferenceBackend, OpenRequest } from './backend.ts';
import type { ThreadCall, ThreadReply, ThreadRequest, ThreadResult } from './thread-messages.ts';

interface PendingCall {
  readonly resolve: (value: ThreadResult) => void;
  readonly reject: (error: Error) => void;
}

export class ThreadBackend implements InferenceBackend {
  readonly #pending = new Map<number, PendingCall>();
  readonly #onLost: () => void;
  readonly #startThread: () => Worker;
  #nextId = 1;
  #isDisposing = false;
  #worker: Worker | undefined;

  /**
   * @param onLost called once when the thread ends by itself; its sessions are gone then.
   * @param start starts a thread that answers `ThreadRequest`s.
   */
  constructor(onLost: () => void, start = () => startThread(new URL('./inference-thread', import.meta.url))) {
    this.#onLost = onLost;
    this.#startThread = start;
  }

  async open(request: OpenRequest): Promise<number> {
    return (await this.#call({ method: 'open', request })) as number;
  }

  async run<Output extends string>(
    session: number,
    feeds: Feeds,
    outputs: readonly Output[],
  ): Promise<Readonly<Record<Output, Tensor>>> {
    const copies = copyFeeds(feeds);
    const buffers = Object.values(copies).map(tensor => tensor.data.buffer as ArrayBuffer);
    return (await this.#call({ method: 'run', session, feeds: copies, outputs }, buffers)) as Record<Output, Tensor>;
  }

  async close(session: number): Promise<void> {
    await this.#call({ method: 'close', session });
  }

  async dispose(): Promise<void> {
    this.#isDisposing = true;
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise(resolve => worker.once('exit', resolve));
    await this.#call({ method: 'dispose' });
    worker.ref();
    await ended;
  }

  #call(request: ThreadCall, transfer: ArrayBuffer[] = []): Promise<ThreadResult> {
    this.#worker ??= this.#start();
    this.#worker.ref();
    const id = this.#nextId++;
    const answer = new Promise<ThreadResult>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    this.#worker.postMessage({ ...request, id } satisfies ThreadRequest, transfer);
    return answer;
  }

  #start(): Worker {
    const worker = this.#startThread();
    let cause: unknown;
    worker.on('message', (reply: ThreadReply) => {
      this.#settle(reply);
      if (this.#pending.size === 0) worker.unref(); // an idle engine keeps no process alive
    });
    worker.on('error', error => {
      cause = error;
    });
    worker.on('exit', code => {
      this.#fail(cause instanceof Error ? cause.message : `it ended with code ${code}`, cause);
    });
    return worker;
  }

  #settle(reply: ThreadReply): void {
    const call = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ('error' in reply) call?.reject(new Error(reply.error));
    else call?.resolve(reply.value);
  }

  #fail(reason: string, cause: unknown): void {
    this.#worker = undefined;
    const error = new EngineError('INFERENCE_THREAD_LOST', { reason }, { cause });
    for (const call of this.#pending.values()) call.reject(error);
    this.#pending.clear();
    if (!this.#isDisposing) this.#onLost();
  }
}

/** Transferring empties a buffer, and tensors are immutable: what is transferred is a copy. */
function copyFeeds(feeds: Feeds): Feeds {
  const copies = Object.entries(feeds).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]);
  return Object.fromEntries(copies) as Feeds;
}

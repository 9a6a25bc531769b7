// The backend that runs onnxruntime on a worker thread, so that the caller's event loop stays free. Tensors cross by transfer of
// their buffers. The thread starts at the first session and is asked to exit at the end; it is never terminated, because ending
// a thread that is inside a run aborts the whole process.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Feeds, InferenceBackend } from './backend.ts';
import type { ThreadCall, ThreadReply, ThreadRequest, ThreadResult } from './thread-messages.ts';

interface PendingCall {
  readonly resolve: (value: ThreadResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * @param onLost called once when the thread ends by itself; its sessions are gone then.
 * @param startThread starts a thread that answers `ThreadRequest`s.
 */
export function createThreadBackend(onLost: () => void, startThread = startInferenceThread): InferenceBackend {
  const pending = new Map<number, PendingCall>();
  let nextId = 1;
  let isDisposing = false;
  let worker: Worker | undefined;

  function fail(reason: string, cause?: unknown): void {
    const error = new EngineError('INFERENCE_THREAD_LOST', { reason }, { cause });
    for (const call of pending.values()) call.reject(error);
    pending.clear();
    worker = undefined;
    if (!isDisposing) onLost();
  }

  function start(): Worker {
    const started = startThread();
    let cause: unknown;
    started.on('message', (reply: ThreadReply) => {
      const call = pending.get(reply.id);
      pending.delete(reply.id);
      if (pending.size === 0) started.unref(); // an idle engine keeps no process alive
      if ('error' in reply) call?.reject(new Error(reply.error));
      else call?.resolve(reply.value);
    });
    started.on('error', error => {
      cause = error;
    });
    started.on('exit', code => fail(cause instanceof Error ? cause.message : `it ended with code ${code}`, cause));
    return started;
  }

  function call(request: ThreadCall, transfer: ArrayBuffer[] = []): Promise<ThreadResult> {
    worker ??= start();
    worker.ref();
    const id = nextId++;
    const answer = new Promise<ThreadResult>((resolve, reject) => {
      pending.set(id, { resolve, reject });
    });
    worker.postMessage({ ...request, id } satisfies ThreadRequest, transfer);
    return answer;
  }

  return {
    async open(request) {
      return (await call({ method: 'open', request })) as number;
    },
    async run<Output extends string>(session: number, feeds: Feeds, outputs: readonly Output[]) {
      const copies = copyFeeds(feeds);
      const buffers = Object.values(copies).map(tensor => tensor.data.buffer as ArrayBuffer);
      return (await call({ method: 'run', session, feeds: copies, outputs }, buffers)) as Record<Output, Tensor>;
    },
    async close(session) {
      await call({ method: 'close', session });
    },
    async dispose() {
      isDisposing = true;
      if (!worker) return;
      const ended = new Promise(resolve => worker?.once('exit', resolve));
      await call({ method: 'dispose' });
      worker?.ref();
      await ended;
    },
  };
}

/** From a build the compiled file; from sources (tests, development) the TypeScript file, with tsx to read it. */
function startInferenceThread(): Worker {
  if (import.meta.url.endsWith('.js')) return new Worker(new URL('./inference-thread.js', import.meta.url));
  const loader = new URL(
    'dist/esm/api/index.mjs',
    pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json')),
  );
  const entry = new URL('./inference-thread.ts', import.meta.url);
  const script = `import(${JSON.stringify(loader)}).then(({ register }) => register()).then(() => import(${JSON.stringify(entry)}));`;
  return new Worker(script, { eval: true, execArgv: [] });
}

/** Transferring empties a buffer, and tensors are immutable: what is transferred is a copy. */
function copyFeeds(feeds: Feeds): Feeds {
  const copies = Object.entries(feeds).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]);
  return Object.fromEntries(copies) as Feeds;
}

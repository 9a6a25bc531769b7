// Runs graphs on one device within a memory budget. Sessions are opened when first needed, kept while there is room and closed
// least recently used first. A device does one thing at a time, so everything goes through one queue: a session in use can not
// be closed under its user, and requests that need the same new session find it open when their turn comes.
import { dirname } from 'node:path';
import { EngineError } from '../errors.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Device, Feeds, InferenceBackend } from './backend.ts';
import { failureReason } from './failure-reason.ts';
import { createInThreadBackend } from './in-thread-backend.ts';
import { formatBytes } from './memory.ts';
import { requireTrustworthyDevice } from './self-test.ts';
import { createSerialQueue } from './serial-queue.ts';
import { requireUnchanged, type SessionSource, sessionKey } from './session-source.ts';
import { createThreadBackend } from './thread-backend.ts';

export interface RuntimeOptions {
  readonly device: Device;
  /** 0 = as many as physical cores. */
  readonly threads: number;
  readonly isThreaded: boolean;
  readonly budgetBytes: number;
}

export interface RunRequest<Output extends string> {
  readonly source: SessionSource;
  readonly feeds: Feeds;
  readonly outputs: readonly Output[];
  /** Estimate of what the run needs on top of the open session. */
  readonly activationBytes: number;
  /** What is asked for, for the message when it does not fit: `UNet at 2048x2048, batch 2`. */
  readonly work: string;
  /** Checked before the run starts; a run that has started is finished. */
  readonly signal?: AbortSignal | undefined;
}

export interface Runtime {
  readonly device: Device;
  readonly budgetBytes: number;
  /**
   * @throws EngineError ENGINE_OUT_OF_MEMORY before anything is allocated, MODEL_FILE_CHANGED, DEVICE_UNAVAILABLE,
   * DEVICE_UNRELIABLE, SESSION_FAILED, RUN_FAILED, INFERENCE_THREAD_LOST, ENGINE_DISPOSED; the signal's reason when it aborted.
   */
  run<Output extends string>(request: RunRequest<Output>): Promise<Readonly<Record<Output, Tensor>>>;
  /** For what is allocated outside of a run. @throws EngineError ENGINE_OUT_OF_MEMORY */
  requireBudget(work: string, bytes: number): void;
  /** Whether session and activations can fit at all, with every other session closed. */
  fits(source: SessionSource, activationBytes: number): boolean;
  /** Closes all sessions, after what runs or waits now. */
  unload(): Promise<void>;
  statistics(): { readonly sessionBytes: number; readonly openSessions: number };
  dispose(): Promise<void>;
}

interface OpenSession {
  readonly number: number;
  readonly residentBytes: number;
  /** The arena of a session keeps the blocks of its largest run for the next one. */
  readonly retainedBytes: number;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  const { device, budgetBytes } = options;
  const queue = createSerialQueue();
  /** Least recently used first. */
  const sessions = new Map<string, OpenSession>();
  let backend: InferenceBackend | undefined;
  let isDisposed = false;

  function requireBudget(work: string, bytes: number): void {
    if (bytes <= budgetBytes) return;
    const details = { work, needed: formatBytes(bytes), budget: formatBytes(budgetBytes) };
    throw new EngineError('ENGINE_OUT_OF_MEMORY', { ...details, neededBytes: bytes, budgetBytes });
  }

  async function requireBackend(): Promise<InferenceBackend> {
    if (isDisposed) throw new EngineError('ENGINE_DISPOSED', {});
    if (!backend) {
      const created = createBackend(options.isThreaded, () => {
        sessions.clear();
        backend = undefined;
      });
      if (device !== 'cpu') await requireTrustworthyDevice(created, device);
      backend = created;
    }
    return backend;
  }

  async function close(key: string, { number }: OpenSession): Promise<void> {
    sessions.delete(key);
    await backend?.close(number);
  }

  /** Closes idle sessions, oldest first, until `bytes` more fit beside the rest. */
  async function makeRoom(bytes: number, keptKey: string): Promise<void> {
    for (const [key, session] of [...sessions]) {
      if (sumBytes(sessions) + bytes <= budgetBytes) return;
      if (key !== keptKey) await close(key, session);
    }
  }

  /** Finds or opens the session, makes it the most recently used one and counts the memory of the coming run as its own. */
  async function requireSession(source: SessionSource, activationBytes: number): Promise<number> {
    const target = await requireBackend();
    const key = sessionKey(source, device);
    const open = sessions.get(key);
    const retainedBytes = Math.max(open?.retainedBytes ?? 0, activationBytes);
    const { residentBytes } = source;
    await makeRoom(residentBytes + retainedBytes - (open ? heldBytes(open) : 0), key);
    const number = open?.number ?? (await openSession(target, source, options));
    sessions.delete(key);
    sessions.set(key, { number, residentBytes, retainedBytes });
    return number;
  }

  return {
    device,
    budgetBytes,

    run<Output extends string>({ source, feeds, outputs, activationBytes, work, signal }: RunRequest<Output>) {
      return queue.enqueue(async () => {
        requireBudget(work, source.residentBytes + activationBytes);
        await requireUnchanged(source.file);
        const session = await requireSession(source, activationBytes);
        signal?.throwIfAborted(); // opening may have taken seconds
        return runSession(await requireBackend(), session, source, feeds, outputs);
      }, signal);
    },

    requireBudget,

    fits(source, activationBytes) {
      return source.residentBytes + activationBytes <= budgetBytes;
    },

    unload() {
      return queue.enqueue(async () => {
        for (const [key, session] of [...sessions]) await close(key, session);
      });
    },

    statistics() {
      return { sessionBytes: sumBytes(sessions), openSessions: sessions.size };
    },

    dispose() {
      return queue.enqueue(async () => {
        isDisposed = true;
        sessions.clear();
        await backend?.dispose();
        backend = undefined;
      });
    },
  };
}

function createBackend(isThreaded: boolean, onLost: () => void): InferenceBackend {
  return isThreaded ? createThreadBackend(onLost) : createInThreadBackend();
}

function sumBytes(sessions: ReadonlyMap<string, OpenSession>): number {
  let sum = 0;
  for (const session of sessions.values()) sum += heldBytes(session);
  return sum;
}

function heldBytes({ residentBytes, retainedBytes }: OpenSession): number {
  return residentBytes + retainedBytes;
}

async function openSession(
  backend: InferenceBackend,
  source: SessionSource,
  { device, threads }: RuntimeOptions,
): Promise<number> {
  const { file, graph, encoding, tuning, part } = source;
  const model = encodeModel(graph, encoding);
  try {
    return await backend.open({ model, folder: dirname(file.path), device, threads, tuning });
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('SESSION_FAILED', { part, path: file.path, reason: failureReason(cause) }, { cause });
  }
}

async function runSession<Output extends string>(
  backend: InferenceBackend,
  session: number,
  { file, part }: SessionSource,
  feeds: Feeds,
  outputs: readonly Output[],
): Promise<Readonly<Record<Output, Tensor>>> {
  try {
    return await backend.run(session, feeds, outputs);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('RUN_FAILED', { part, path: file.path, reason: failureReason(cause) }, { cause });
  }
}

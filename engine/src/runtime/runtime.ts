// Runs graphs on one device within a memory budget. A device does one thing at a time, so everything goes through one queue: a
// session in use cannot be closed under its user, and requests that need the same new session find it open when their turn comes.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Device, Feeds, InferenceBackend } from './backend.ts';
import { failureReason } from './failure-reason.ts';
import { createInThreadBackend } from './in-thread-backend.ts';
import { formatBytes } from './memory.ts';
import { requireTrustworthyDevice } from './self-test.ts';
import { createSerialQueue } from './serial-queue.ts';
import { SessionCache } from './session-cache.ts';
import { requireUnchanged, type SessionSource } from './session-source.ts';
import { ThreadBackend } from './thread-backend.ts';

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
  /** What is asked for, for the message when it does not fit: `The UNet at 2048x2048, batch 2,`. */
  readonly work: string;
  /** Checked before the run starts; a run that has started is finished. */
  readonly signal?: AbortSignal | undefined;
}

/** Backend and sessions: what is lost when the inference thread ends. */
interface Machinery {
  readonly backend: InferenceBackend;
  readonly sessions: SessionCache;
}

/** One device with its sessions, until disposed of. */
export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #queue = createSerialQueue();
  #machinery: Machinery | undefined;
  #isDisposed = false;

  constructor(options: RuntimeOptions) {
    this.#options = options;
  }

  /**
   * Runs a graph and gives the named outputs.
   * @throws EngineError ENGINE_OUT_OF_MEMORY before anything is allocated, MODEL_FILE_CHANGED, DEVICE_UNAVAILABLE,
   * DEVICE_UNRELIABLE, SESSION_FAILED, RUN_FAILED, INFERENCE_THREAD_LOST, ENGINE_DISPOSED; the signal's reason when it aborted.
   */
  run<Output extends string>(request: RunRequest<Output>): Promise<Readonly<Record<Output, Tensor>>> {
    const { source, activationBytes, work, signal } = request;
    return this.#queue.enqueue(async () => {
      this.requireBudget(work, source.residentBytes + activationBytes);
      await requireUnchanged(source.file);
      const { backend, sessions } = await this.#requireMachinery();
      const session = await sessions.use(source, activationBytes);
      signal?.throwIfAborted(); // opening may have taken seconds
      return runSession(backend, session, request);
    }, signal);
  }

  /** For what is allocated outside of a run. @throws EngineError ENGINE_OUT_OF_MEMORY */
  requireBudget(work: string, neededBytes: number): void {
    const { budgetBytes } = this.#options;
    if (neededBytes <= budgetBytes) return;
    const details = { work, needed: formatBytes(neededBytes), budget: formatBytes(budgetBytes) };
    throw new EngineError('ENGINE_OUT_OF_MEMORY', { ...details, neededBytes, budgetBytes });
  }

  /** Whether session and activations can fit at all, with every other session closed. */
  fits({ residentBytes }: SessionSource, activationBytes: number): boolean {
    return residentBytes + activationBytes <= this.#options.budgetBytes;
  }

  /** Closes all sessions, after what runs or waits now. */
  unload(): Promise<void> {
    return this.#queue.enqueue(async () => this.#machinery?.sessions.closeAll());
  }

  statistics(): { readonly sessionBytes: number; readonly openSessions: number } {
    const sessions = this.#machinery?.sessions;
    return { sessionBytes: sessions?.bytes ?? 0, openSessions: sessions?.count ?? 0 };
  }

  /** Ends the inference thread, after what runs or waits now. */
  dispose(): Promise<void> {
    return this.#queue.enqueue(async () => {
      this.#isDisposed = true;
      const machinery = this.#machinery;
      this.#machinery = undefined;
      await machinery?.backend.dispose();
    });
  }

  async #requireMachinery(): Promise<Machinery> {
    if (this.#isDisposed) throw new EngineError('ENGINE_DISPOSED', {});
    if (this.#machinery) return this.#machinery;
    const { isThreaded, device } = this.#options;
    const forget = (): void => {
      this.#machinery = undefined;
    };
    const backend = isThreaded ? new ThreadBackend(forget) : createInThreadBackend();
    if (device !== 'cpu') await requireTrustworthyDevice(backend, device);
    this.#machinery = { backend, sessions: new SessionCache(backend, this.#options) };
    return this.#machinery;
  }
}

async function runSession<Output extends string>(
  backend: InferenceBackend,
  session: number,
  { source, feeds, outputs }: RunRequest<Output>,
): Promise<Readonly<Record<Output, Tensor>>> {
  try {
    return await backend.run(session, feeds, outputs);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const { part, file } = source;
    throw new EngineError('RUN_FAILED', { part, path: file.path, reason: failureReason(cause) }, { cause });
  }
}

// Open sessions of one backend within a memory budget: opened when first needed, kept while there is room, closed least
// recently used first. What a session holds is estimated: its resident part and the blocks that its arena keeps for next time.
import { dirname } from 'node:path';
import { EngineError } from '../errors.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import type { Device, InferenceBackend } from './backend.ts';
import { failureReason } from './failure-reason.ts';
import { type SessionSource, sessionKey } from './session-source.ts';

export interface SessionCacheOptions {
  readonly device: Device;
  readonly threads: number;
  readonly budgetBytes: number;
}

interface OpenSession {
  /** Of the backend. */
  readonly number: number;
  readonly residentBytes: number;
  /** The arena of a session keeps the blocks of its largest run. */
  readonly retainedBytes: number;
}

/** Not safe for concurrent calls: the runtime's queue makes them one at a time, so a session in use is never closed. */
export class SessionCache {
  /** Least recently used first. */
  readonly #sessions = new Map<string, OpenSession>();
  readonly #backend: InferenceBackend;
  readonly #options: SessionCacheOptions;

  constructor(backend: InferenceBackend, options: SessionCacheOptions) {
    this.#backend = backend;
    this.#options = options;
  }

  get count(): number {
    return this.#sessions.size;
  }

  get bytes(): number {
    let sum = 0;
    for (const session of this.#sessions.values()) sum += heldBytes(session);
    return sum;
  }

  /**
   * Finds or opens the session, closes others if the coming run needs their room, and makes it the most recently used one.
   * @returns its number in the backend. @throws EngineError SESSION_FAILED and what the backend throws.
   */
  async use(source: SessionSource, activationBytes: number): Promise<number> {
    const key = sessionKey(source, this.#options.device);
    const open = this.#sessions.get(key);
    const { residentBytes } = source;
    const retainedBytes = Math.max(open?.retainedBytes ?? 0, activationBytes);
    await this.#makeRoom(residentBytes + retainedBytes - (open ? heldBytes(open) : 0), key);
    const number = open?.number ?? (await this.#open(source));
    this.#sessions.delete(key);
    this.#sessions.set(key, { number, residentBytes, retainedBytes });
    return number;
  }

  async closeAll(): Promise<void> {
    for (const key of [...this.#sessions.keys()]) await this.#close(key);
  }

  /** Closes sessions other than the kept one until `bytes` more fit. */
  async #makeRoom(bytes: number, keptKey: string): Promise<void> {
    for (const key of [...this.#sessions.keys()]) {
      if (this.bytes + bytes <= this.#options.budgetBytes) return;
      if (key !== keptKey) await this.#close(key);
    }
  }

  async #open({ file, graph, encoding, tuning, part }: SessionSource): Promise<number> {
    const { device, threads } = this.#options;
    const model = encodeModel(graph, encoding);
    try {
      return await this.#backend.open({ model, folder: dirname(file.path), device, threads, tuning });
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      throw new EngineError('SESSION_FAILED', { part, path: file.path, reason: failureReason(cause) }, { cause });
    }
  }

  async #close(key: string): Promise<void> {
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    if (session) await this.#backend.close(session.number);
  }
}

function heldBytes({ residentBytes, retainedBytes }: OpenSession): number {
  return residentBytes + retainedBytes;
}

// Where a submitted prompt is: asked of history and queue. Remembers between questions what a single answer cannot
// tell: whether the prompt is really gone, and for how long the server has been silent.
import { ConnectionError, HttpStatusError, PromptRemovedError, RequestTimeoutError } from './errors.ts';
import type { HistoryEntry, QueueSnapshot } from './history-entry.ts';
import type { CallOptions } from './http-transport.ts';
import { isTransientStatus } from './retry.ts';

/** The two questions that a lookup asks. */
export interface PromptSource {
  historyEntry(promptId: string, options?: CallOptions): Promise<HistoryEntry | undefined>;
  queue(options?: CallOptions): Promise<QueueSnapshot>;
}

export interface LookupOptions {
  readonly promptId: string;
  readonly source: PromptSource;
  readonly signal?: AbortSignal | undefined;
  /** Give up when the server has not answered for this long. */
  readonly unreachableLimitMs: number;
}

export type PromptPlace =
  | { readonly place: 'history'; readonly entry: HistoryEntry }
  | { readonly place: 'queue' | 'nowhere' | 'unreachable' };

/** A prompt may move from the queue to the history between the two questions: once is no proof. */
const MISSES_THAT_PROVE_ABSENCE = 3;

/** Answers the function that looks once. It throws when the prompt is gone or the server is silent for too long. */
export function promptLookup(options: LookupOptions): () => Promise<PromptPlace> {
  let misses = 0;
  let silentSinceMs: number | undefined;
  return async () => {
    try {
      const found = await askOnce(options);
      silentSinceMs = undefined;
      misses = found.place === 'nowhere' ? misses + 1 : 0;
      if (misses >= MISSES_THAT_PROVE_ABSENCE) {
        throw new PromptRemovedError('PROMPT_REMOVED', { promptId: options.promptId });
      }
      return found;
    } catch (error) {
      silentSinceMs ??= Date.now();
      if (!isPassing(error) || Date.now() - silentSinceMs > options.unreachableLimitMs) {
        throw error;
      }
      return { place: 'unreachable' };
    }
  };
}

async function askOnce({ promptId, source, signal }: LookupOptions): Promise<PromptPlace> {
  const call: CallOptions = signal === undefined ? { maxRetries: 0 } : { signal, maxRetries: 0 };
  const entry = await source.historyEntry(promptId, call);
  if (entry !== undefined) {
    return { place: 'history', entry };
  }
  const { running, pending } = await source.queue(call);
  return { place: [...running, ...pending].some(item => item.promptId === promptId) ? 'queue' : 'nowhere' };
}

/** Failures that a restarting server or a flickering network explains. */
function isPassing(error: unknown): boolean {
  if (error instanceof HttpStatusError) {
    return isTransientStatus(error.status);
  }
  return error instanceof ConnectionError || error instanceof RequestTimeoutError;
}

// Waiting between attempts: exponential back-off with jitter, cut short by an abort signal. Used by idempotent
// requests and by the reconnecting socket, which differ only in the numbers.

export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** Requests: 0.5 s, 1 s, ... */
export const requestBackoff: Backoff = { firstMs: 500, factor: 2, maxMs: 8_000 };
/** WebSocket reconnects: 0.5 s doubling up to 15 s. */
export const reconnectBackoff: Backoff = { firstMs: 500, factor: 2, maxMs: 15_000 };
/** Looking at the history of a prompt whose socket is down. */
export const pollBackoff: Backoff = { firstMs: 250, factor: 1.5, maxMs: 3_000 };

/** Statuses that a later attempt may not meet again. */
const transientStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 522, 524]);

export function isTransientStatus(status: number): boolean {
  return transientStatuses.has(status);
}

/** Delay before attempt `attempt + 1` (0-based), between half and the whole of the exponential value. */
export function backoffDelayMs(attempt: number, backoff: Backoff, random: () => number = Math.random): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** attempt);
  return full * (0.5 + random() / 2);
}

/** Milliseconds asked for by a `Retry-After` header (seconds or a date), at most 60 s; undefined without one. */
export function retryAfterMs(header: string | null, nowMs: number = Date.now()): number | undefined {
  if (header === null || header.trim() === '') {
    return undefined;
  }
  const seconds = Number(header);
  const delay = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(delay) ? undefined : Math.min(60_000, Math.max(0, delay));
}

/** Resolves after `ms`, or at once when the signal aborts: the caller looks at `signal.aborted` itself. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

// Requests to one server: address joining, time-out per attempt, the caller's signal, retries of idempotent calls
// only, and the translation of every failure into an error class. Knows no route.
import { AbortedError, ClientError, ConnectionError, HttpStatusError, RequestTimeoutError } from './errors.ts';
import { backoffDelayMs, isTransientStatus, pause, requestBackoff, retryAfterMs } from './retry.ts';

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface TransportOptions {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxRetries: number;
}

/** What every call of the SDK accepts. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Limit of one attempt in ms. Default: the client's. */
  readonly timeoutMs?: number;
  /** Further attempts after a failed one. Default: the client's (2); calls that are not idempotent never repeat. */
  readonly maxRetries?: number;
}

export interface HttpCall extends CallOptions {
  readonly method: 'GET' | 'POST';
  /** Path below the base address, without a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: string;
  readonly form?: FormData;
  /** May be sent twice without harm. Default: true for GET. */
  readonly isIdempotent?: boolean;
  /** Statuses besides 2xx that are handed back instead of thrown. */
  readonly expect?: readonly number[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export class HttpTransport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Absolute address of a path. */
  url(path: string, query: HttpCall['query'] = {}): string {
    const url = new URL(path, this.#options.baseUrl);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    return url.href;
  }

  /**
   * Sends a request and reads the whole answer.
   * @throws {ConnectionError | RequestTimeoutError | AbortedError | HttpStatusError}
   */
  async request(call: HttpCall): Promise<HttpAnswer> {
    const isIdempotent = call.isIdempotent ?? call.method === 'GET';
    const attempts = isIdempotent ? 1 + (call.maxRetries ?? this.#options.maxRetries) : 1;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(call);
      if (!(outcome instanceof ClientError)) {
        return outcome;
      }
      const waitMs = retryDelayMs(outcome, attempt);
      if (attempt + 1 >= attempts || waitMs === undefined) {
        throw outcome;
      }
      await pause(waitMs, call.signal);
      if (call.signal?.aborted) {
        throw new AbortedError('ABORTED', { what: `${call.method} ${call.path}` }, call.signal.reason);
      }
    }
  }

  async #attempt(call: HttpCall): Promise<HttpAnswer | ClientError> {
    const url = this.url(call.path, call.query);
    const timeoutMs = call.timeoutMs ?? this.#options.timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const init: RequestInit = {
      method: call.method,
      headers: {
        ...this.#options.headers,
        ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
    };
    const body = call.json ?? call.form;
    try {
      const response = await this.#options.fetch(url, body === undefined ? init : { ...init, body });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.ok || call.expect?.includes(response.status)) {
        return { status: response.status, headers: response.headers, bytes };
      }
      return new HttpStatusError({
        method: call.method,
        url,
        status: response.status,
        body: decodeText(bytes),
        retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
      });
    } catch (error) {
      if (call.signal?.aborted) {
        return new AbortedError('ABORTED', { what: `${call.method} ${url}` }, error);
      }
      if (timeout.aborted) {
        return new RequestTimeoutError('REQUEST_TIMEOUT', { method: call.method, url, timeoutMs }, error);
      }
      return new ConnectionError('CONNECTION_FAILED', { url, reason: rootReason(error) }, error);
    }
  }
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The innermost cause: fetch hides "ECONNREFUSED" below "fetch failed". */
export function rootReason(error: unknown): string {
  let current = error;
  while (current instanceof Error && current.cause !== undefined) {
    current = current.cause;
  }
  if (!(current instanceof Error)) {
    return String(current);
  }
  return current.message || ('code' in current ? String(current.code) : current.name);
}

/** Undefined = this failure would only repeat itself. */
function retryDelayMs(error: ClientError, attempt: number): number | undefined {
  if (error instanceof HttpStatusError) {
    if (!isTransientStatus(error.status)) {
      return undefined;
    }
    return error.retryAfterMs ?? backoffDelayMs(attempt, requestBackoff);
  }
  return error instanceof AbortedError ? undefined : backoffDelayMs(attempt, requestBackoff);
}

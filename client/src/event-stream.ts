// The socket of one client id, kept open as long as somebody listens: opened with the first subscriber, closed with the
// last, reconnected with growing pauses in between. It promises no completeness: whoever follows a
// prompt looks it up again after each `connected` (websocket.md 1.2).
import { backoffDelayMs, pause, reconnectBackoff } from './retry.ts';
import { decodeStreamEvent, type StreamEvent } from './stream-event.ts';
import { findWebSocket, type WebSocketConstructor, type WebSocketLike } from './web-socket.ts';

/** A change of the connection, or something that the server sent. */
export type StreamSignal = { readonly kind: 'connected' } | { readonly kind: 'disconnected' } | StreamEvent;
export type StreamListener = (signal: StreamSignal) => void;

export interface EventStreamOptions {
  /** `ws:` or `wss:` address with the client id. */
  readonly url: string;
  readonly WebSocket?: WebSocketConstructor | undefined;
  /** A connection that is not open after this time is given up. Default 10 s. */
  readonly openTimeoutMs?: number;
}

/** Sent first on every connection (websocket.md section 4): previews then say which node they belong to. */
const featureFlags = JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } });

export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #listeners = new Set<StreamListener>();
  #running: AbortController | undefined;
  #isConnected = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Answers the function that ends the subscription. */
  subscribe(listener: StreamListener): () => void {
    this.#listeners.add(listener);
    if (this.#running === undefined) {
      this.#running = new AbortController();
      void this.#keepOpen(this.#running.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#running?.abort();
        this.#running = undefined;
        this.#isConnected = false;
      }
    };
  }

  /**
   * Resolves when the socket is open, or after `limitMs`, or when the signal aborts; answers whether it is open.
   * Call only while subscribed.
   */
  opened(limitMs: number, signal?: AbortSignal): Promise<boolean> {
    if (this.#isConnected) {
      return Promise.resolve(true);
    }
    return new Promise(resolve => {
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        unsubscribe();
        resolve(this.#isConnected);
      };
      const timer = setTimeout(finish, limitMs);
      signal?.addEventListener('abort', finish, { once: true });
      const unsubscribe = this.subscribe(event => {
        if (event.kind === 'connected' || event.kind === 'disconnected') {
          finish();
        }
      });
    });
  }

  async #keepOpen(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const wasOpen = await this.#connectOnce(signal);
      failures = wasOpen ? 0 : failures + 1;
      await pause(backoffDelayMs(failures, reconnectBackoff), signal);
    }
  }

  /** Resolves when the connection has ended; answers whether it had been open. Never rejects. */
  async #connectOnce(signal: AbortSignal): Promise<boolean> {
    let socket: WebSocketLike;
    try {
      const WebSocket = await findWebSocket(this.#options.WebSocket);
      if (signal.aborted) {
        return false;
      }
      socket = new WebSocket(this.#options.url);
    } catch {
      // No implementation, or an address that sockets refuse: whoever follows a prompt polls instead.
      this.#emit(signal, { kind: 'disconnected' });
      return false;
    }
    socket.binaryType = 'arraybuffer';
    return new Promise(resolve => {
      let wasOpen = false;
      const close = () => socket.close();
      const timer = setTimeout(close, this.#options.openTimeoutMs ?? 10_000);
      signal.addEventListener('abort', close, { once: true });
      socket.addEventListener('open', () => {
        clearTimeout(timer);
        wasOpen = true;
        socket.send(featureFlags);
        this.#setConnected(signal, true);
      });
      socket.addEventListener('message', event => {
        const decoded = decodeStreamEvent(event.data);
        if (decoded !== undefined) {
          this.#emit(signal, decoded);
        }
      });
      // An error is always followed by `close`; without a listener `ws` would throw it.
      socket.addEventListener('error', () => undefined);
      socket.addEventListener('close', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', close);
        this.#setConnected(signal, false);
        resolve(wasOpen);
      });
    });
  }

  #setConnected(signal: AbortSignal, isConnected: boolean): void {
    // A socket that outlived its last subscriber must not speak for its successor.
    if (!signal.aborted) {
      this.#isConnected = isConnected;
    }
    this.#emit(signal, { kind: isConnected ? 'connected' : 'disconnected' });
  }

  #emit(signal: AbortSignal, event: StreamSignal): void {
    if (signal.aborted) {
      return;
    }
    for (const listener of [...this.#listeners]) {
      listener(event);
    }
  }
}

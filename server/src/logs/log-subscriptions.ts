// Which clients want the log as `logs` events (spec http.md 11, websocket.md 5.10). Lines of one turn of the event loop go out
// together, and after the code that wrote them has run: sending must not log into itself.
import type { LogEntry, LogRing, TerminalSize } from './log-ring.ts';

export interface LogsEvent {
  readonly entries: readonly LogEntry[];
  /** Only after the size of the terminal has changed. */
  readonly size: TerminalSize | null;
}

/** Sends to the socket of a client id; false when it has none. */
export type SendLogs = (clientId: string, event: LogsEvent) => boolean;

/** Ids may be invented by anybody: beyond this many the oldest are forgotten. */
const MAX_SUBSCRIBERS = 1000;

export class LogSubscriptions {
  readonly #ring: LogRing;
  readonly #clientIds = new Set<string>();
  #waiting: LogEntry[] = [];
  #lastSize: string;

  constructor(ring: LogRing) {
    this.#ring = ring;
    this.#lastSize = JSON.stringify(ring.size);
  }

  /** Subscribes a client or takes its subscription away; both are fine twice. */
  set(clientId: string, isEnabled: boolean): void {
    this.#clientIds.delete(clientId);
    if (!isEnabled) return;
    this.#clientIds.add(clientId);
    const [oldest] = this.#clientIds;
    if (this.#clientIds.size > MAX_SUBSCRIBERS && oldest !== undefined) this.#clientIds.delete(oldest);
  }

  /** Delivers from now on, until the answer is called. */
  start(send: SendLogs): () => void {
    return this.#ring.subscribe(entry => {
      if (this.#clientIds.size === 0) return;
      this.#waiting.push(entry);
      if (this.#waiting.length === 1) queueMicrotask(() => this.#deliver(send));
    });
  }

  #deliver(send: SendLogs): void {
    const event = { entries: this.#waiting, size: this.#changedSize() };
    this.#waiting = [];
    for (const clientId of [...this.#clientIds]) if (!send(clientId, event)) this.#clientIds.delete(clientId);
  }

  #changedSize(): TerminalSize | null {
    const { size } = this.#ring;
    const text = JSON.stringify(size);
    if (text === this.#lastSize) return null;
    this.#lastSize = text;
    return size;
  }
}

// Messages for clients that have no open socket at the moment (spec websocket.md 8.1): the last 60 s, at most 1,000 each,
// text only. They are handed out once, so nothing is delivered twice. Clients that poll and never connect are common, so
// the whole buffer is bounded as well: the client that was quiet longest loses its messages first.
import type { EncodedMessage } from './encoded-event.ts';

const KEEP_MS = 60_000;
const MAX_MESSAGES = 1000;
const MAX_TOTAL_BYTES = 16 * 1024 * 1024;

interface MissedMessage {
  readonly message: EncodedMessage;
  readonly atMs: number;
}

interface Backlog {
  messages: MissedMessage[];
  sizeBytes: number;
}

export class MissedEvents {
  /** Clients in the order of their latest message. */
  readonly #backlogs = new Map<string, Backlog>();
  readonly #now: () => number;
  #totalBytes = 0;

  /** @param now clock in milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  add(clientId: string, message: EncodedMessage): void {
    const backlog = this.#backlogs.get(clientId) ?? { messages: [], sizeBytes: 0 };
    this.#backlogs.delete(clientId);
    this.#backlogs.set(clientId, backlog);
    backlog.messages.push({ message, atMs: this.#now() });
    backlog.sizeBytes += message.frame.length;
    this.#totalBytes += message.frame.length;
    if (backlog.messages.length > MAX_MESSAGES) this.#dropFirst(backlog, 1);
    this.prune();
  }

  /** Messages of a client in order, oldest first; they are forgotten here. */
  take(clientId: string): readonly EncodedMessage[] {
    const backlog = this.#backlogs.get(clientId);
    if (backlog === undefined) return [];
    this.#forget(clientId, backlog);
    const oldestMs = this.#now() - KEEP_MS;
    return backlog.messages.filter(({ atMs }) => atMs >= oldestMs).map(({ message }) => message);
  }

  /** Drops what is too old or too much. Called on every addition; call it now and then when nothing is added. */
  prune(): void {
    const oldestMs = this.#now() - KEEP_MS;
    for (const [clientId, backlog] of this.#backlogs) {
      const latestMs = backlog.messages.at(-1)?.atMs ?? 0;
      if (latestMs >= oldestMs && this.#totalBytes <= MAX_TOTAL_BYTES) return;
      this.#forget(clientId, backlog);
    }
  }

  #forget(clientId: string, backlog: Backlog): void {
    this.#backlogs.delete(clientId);
    this.#totalBytes -= backlog.sizeBytes;
  }

  #dropFirst(backlog: Backlog, count: number): void {
    for (const { message } of backlog.messages.splice(0, count)) {
      backlog.sizeBytes -= message.frame.length;
      this.#totalBytes -= message.frame.length;
    }
  }
}

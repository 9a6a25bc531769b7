// The last lines of the log, for `/internal/logs` (spec http.md 11). Whoever owns the logger feeds it; nothing is patched. Lines
// are masked and bounded on their way in.
import { redactSecrets } from './redact-secrets.ts';

/** One line, as clients get it. */
export interface LogEntry {
  /** Local time without zone, `2026-01-31T13:45:00.123000`. */
  readonly t: string;
  /** Text with its line end. */
  readonly m: string;
}

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export interface LogRingOptions {
  /** Size of the terminal that the log is written to. Default 80 by 24, which is what programs assume. */
  readonly terminalSize?: () => TerminalSize;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

const CAPACITY = 300;

/** A line longer than this is cut: 300 dumps of tensors must not fill the memory. */
const MAX_LINE_LENGTH = 16_384;

export class LogRing {
  readonly #entries: LogEntry[] = [];
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  readonly #terminalSize: () => TerminalSize;
  readonly #now: () => number;

  constructor({ terminalSize = () => ({ cols: 80, rows: 24 }), now = Date.now }: LogRingOptions = {}) {
    this.#terminalSize = terminalSize;
    this.#now = now;
  }

  /** Takes in one message of the log, which may have several lines. */
  add(text: string): void {
    const cut = text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH)}...` : text;
    const entry = { t: localTime(new Date(this.#now())), m: `${redactSecrets(cut)}\n` };
    this.#entries.push(entry);
    if (this.#entries.length > CAPACITY) this.#entries.shift();
    for (const listener of this.#listeners) listener(entry);
  }

  /** The oldest first, at most 300. */
  entries(): readonly LogEntry[] {
    return [...this.#entries];
  }

  /** Calls back for every new entry until the answer is called. The listener must not log. */
  subscribe(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get size(): TerminalSize {
    return this.#terminalSize();
  }
}

/** ISO 8601 with six decimals, as other servers of this interface write it. */
function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}T${time}.${String(date.getMilliseconds()).padStart(3, '0')}000`;
}

// How much history is kept (spec decisions.md 6): by age, count and bytes of documents. Totals are carried in memory, so
// that an ordinary finish asks nothing, and old entries go in batches once a limit is passed by more than one percent.
import type { JobStatements } from './job-statements.ts';

export interface HistoryRetention {
  /** Newest entries that are kept. Default 10,000. */
  readonly maxEntries?: number;
  /** Bytes of JSON in all entries; the newest entry always stays. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Entries that finished longer ago are dropped. Default: no limit. */
  readonly maxAgeMs?: number;
}

const DEFAULTS = { maxEntries: 10_000, maxBytes: 2 ** 30, maxAgeMs: Number.POSITIVE_INFINITY };
const BATCH = 128;

export class HistoryLedger {
  readonly #statements: JobStatements;
  readonly #limits: Required<HistoryRetention>;
  #count = 0;
  #bytes = 0;
  #lastSeq = 0;
  /** Never later than the oldest entry; may lag behind after deletions. */
  #oldestMs = Number.POSITIVE_INFINITY;

  constructor(statements: JobStatements, retention: HistoryRetention = {}) {
    this.#statements = statements;
    this.#limits = { ...DEFAULTS, ...retention };
    this.reload();
  }

  get count(): number {
    return this.#count;
  }

  /** Place in the completion order for the next entry. */
  nextSeq(): number {
    return ++this.#lastSeq;
  }

  added(sizeBytes: number, finishedAtMs: number): void {
    this.#count++;
    this.#bytes += sizeBytes;
    this.#oldestMs = Math.min(this.#oldestMs, finishedAtMs);
  }

  removed(rows: readonly { readonly size_bytes: number }[]): void {
    this.#count -= rows.length;
    for (const row of rows) this.#bytes -= row.size_bytes;
  }

  /** Reads the totals from the database: at the start, and after a transaction that was rolled back. */
  reload(): void {
    const totals = this.#statements.historyTotals.get();
    this.#count = totals?.count ?? 0;
    this.#bytes = totals?.bytes ?? 0;
    this.#lastSeq = Math.max(this.#lastSeq, totals?.last ?? 0);
    this.#oldestMs = totals?.oldest_ms ?? Number.POSITIVE_INFINITY;
  }

  /** Drops the oldest entries until all limits hold. Cheap when they do. */
  prune(nowMs: number): void {
    const { maxEntries, maxBytes, maxAgeMs } = this.#limits;
    const isOver =
      this.#count > maxEntries + slackOf(maxEntries) ||
      (this.#bytes > maxBytes + slackOf(maxBytes) && this.#count > 1) ||
      this.#oldestMs < nowMs - maxAgeMs;
    if (!isOver) return;
    while (this.#pruneBatch(nowMs));
  }

  /** Answers whether there may be more to drop. */
  #pruneBatch(nowMs: number): boolean {
    const oldest = this.#statements.oldestFinished.all([BATCH]);
    const kept = oldest.findIndex(entry => !this.#drops(entry, nowMs));
    const lastDropped = oldest.at(kept < 0 ? -1 : kept - 1);
    if (kept !== 0 && lastDropped !== undefined) this.#statements.deleteUpTo.run([lastDropped.finish_seq]);
    this.#oldestMs = oldest[kept]?.finished_at_ms ?? Number.POSITIVE_INFINITY;
    return kept < 0 && oldest.length === BATCH;
  }

  /** Takes the entry that is oldest now out of the totals if a limit demands it. */
  #drops(entry: { readonly finished_at_ms: number; readonly size_bytes: number }, nowMs: number): boolean {
    if (!this.#isSurplus(entry.finished_at_ms, nowMs)) return false;
    this.removed([entry]);
    return true;
  }

  #isSurplus(finishedAtMs: number, nowMs: number): boolean {
    const { maxEntries, maxBytes, maxAgeMs } = this.#limits;
    if (this.#count > maxEntries || finishedAtMs < nowMs - maxAgeMs) return true;
    return this.#bytes > maxBytes && this.#count > 1;
  }
}

function slackOf(limit: number): number {
  return Number.isFinite(limit) ? Math.min(Math.floor(limit / 100), 2 ** 24) : 0;
}

// Keeps as much as memory allows (the default kind). After each node the free memory is looked at: below the first
// limit results of other prompts go, below the second those of the running prompt too, big ones first. The victim is
// the result that is largest for its age: 1.3^(runs since its last use) * bytes.
import { freemem, totalmem } from 'node:os';
import type { CacheOptions } from './cache-options.ts';
import { GenerationStore, type StoredResult } from './generation-store.ts';
import {
  type CacheKey,
  type CacheScope,
  NOTHING_RELIEVED,
  type NodeIdentity,
  type NodeResultRecord,
  type ResultCache,
} from './result-cache.ts';
import { sizeOfValue } from './value-size.ts';

type RamOptions = Extract<CacheOptions, { kind: 'ram' }>;

const LOOK_INTERVAL_MS = 50;
const GIB = 1024 ** 3;
const AGE_FACTOR = 1.3;

/** Weight of results whose size cannot be seen, e.g. handles of models. */
const UNKNOWN_BYTES = 0.05;

/** Results of the running prompt are given up from this size on, smaller ones only when that was not enough. */
const LARGE_BYTES = 512 * 1024 ** 2;

export class RamCache implements ResultCache {
  readonly usesSignatures = true;
  readonly #store = new GenerationStore();
  readonly #sizes = new WeakMap<NodeResultRecord, number>();
  readonly #activeHeadroom: number;
  readonly #inactiveHeadroom: number;
  readonly #available: () => number;
  constructor(options: RamOptions) {
    const total = totalmem();
    this.#activeHeadroom = options.activeHeadroomBytes ?? Math.min(Math.max(0.1 * total, 2 * GIB), 10 * GIB);
    this.#inactiveHeadroom = options.inactiveHeadroomBytes ?? Math.min(128 * GIB, total);
    this.#available = options.availableBytes ?? memoryReader();
  }

  beginRun(_nodes: readonly NodeIdentity[], signatures: ReadonlySet<string>): CacheScope {
    this.#store.nextGeneration();
    this.#store.touchAll(signatures);
    return this.#store;
  }

  expand(
    _parent: NodeIdentity,
    scope: CacheScope,
    _children: readonly NodeIdentity[],
    signatures: ReadonlySet<string>,
  ): CacheScope {
    this.#store.touchAll(signatures);
    return scope;
  }

  get(key: CacheKey): NodeResultRecord | undefined {
    return this.#store.get(key.signature);
  }

  set(key: CacheKey, result: NodeResultRecord): void {
    this.#store.set(key.signature, result);
  }

  forget(key: CacheKey): void {
    this.#store.entries.delete(key.signature);
  }

  relieve(): ReadonlySet<NodeResultRecord> {
    let available = this.#available();
    if (available >= this.#inactiveHeadroom && available >= this.#activeHeadroom) return NOTHING_RELIEVED;
    const current = this.#store.generation;
    if (this.#hasInactive()) {
      available += this.#evict(this.#inactiveHeadroom - available, entry => entry.generation < current);
    }
    if (available >= this.#activeHeadroom) return NOTHING_RELIEVED;
    const relieved = new Set<NodeResultRecord>();
    available += this.#evict(this.#activeHeadroom - available, entry => this.#sizeOf(entry) >= LARGE_BYTES, relieved);
    if (available < this.#activeHeadroom) this.#evict(this.#activeHeadroom - available, () => true, relieved);
    return relieved;
  }

  clear(): void {
    this.#store.entries.clear();
  }

  /** Entries are kept in order of their generations, so the first one tells. */
  #hasInactive(): boolean {
    const [first] = this.#store.entries.values();
    return first !== undefined && first.generation < this.#store.generation;
  }

  /** Drops matching results, worst first, until `wanted` bytes are won; answers how many were. */
  #evict(wanted: number, matches: (entry: StoredResult) => boolean, relieved?: Set<NodeResultRecord>): number {
    const candidates = [...this.#store.entries]
      .filter(([, entry]) => matches(entry))
      .map(([signature, entry]) => ({ signature, entry, score: this.#scoreOf(entry) }));
    // A stable sort leaves equal scores in order of last use.
    candidates.sort((a, b) => b.score - a.score);
    let won = 0;
    for (const { signature, entry } of candidates) {
      if (won >= wanted) break;
      won += this.#sizeOf(entry);
      this.#store.entries.delete(signature);
      relieved?.add(entry.result);
    }
    return won;
  }

  #scoreOf(entry: StoredResult): number {
    return AGE_FACTOR ** (this.#store.generation - entry.generation) * Math.max(this.#sizeOf(entry), UNKNOWN_BYTES);
  }

  #sizeOf({ result }: StoredResult): number {
    let bytes = this.#sizes.get(result);
    if (bytes === undefined) {
      bytes = sizeOfValue(result.outputs);
      this.#sizes.set(result, bytes);
    }
    return bytes;
  }
}

/**
 * Reads how much memory the process may still take: that of its container where there is one. Asking costs more than
 * running a small node, so an answer is good for a moment.
 */
function memoryReader(): () => number {
  let answer = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - readAt > LOOK_INTERVAL_MS) {
      answer = process.availableMemory?.() ?? freemem();
      readAt = now;
    }
    return answer;
  };
}

// Keeps about `size` results. While there are more, whole generations go, oldest first; results that the current run
// uses are never dropped, so the size may be exceeded.
import { GenerationStore } from './generation-store.ts';
import {
  type CacheKey,
  type CacheScope,
  NOTHING_RELIEVED,
  type NodeIdentity,
  type NodeResultRecord,
  type ResultCache,
} from './result-cache.ts';

export class LruCache implements ResultCache {
  readonly usesSignatures = true;
  readonly #store = new GenerationStore();
  readonly #size: number;

  /** @param size at least 1 */
  constructor(size: number) {
    this.#size = size;
  }

  beginRun(_nodes: readonly NodeIdentity[], signatures: ReadonlySet<string>): CacheScope {
    this.#store.nextGeneration();
    this.#store.touchAll(signatures);
    this.#dropOldGenerations();
    return this.#store;
  }

  expand(
    _parent: NodeIdentity,
    scope: CacheScope,
    _children: readonly NodeIdentity[],
    signatures: ReadonlySet<string>,
  ): CacheScope {
    this.#store.touchAll(signatures);
    this.#dropOldGenerations();
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
    return NOTHING_RELIEVED;
  }

  clear(): void {
    this.#store.entries.clear();
  }

  /** Entries are kept in order of their generations, so the oldest come first. */
  #dropOldGenerations(): void {
    const { entries, generation: current } = this.#store;
    let dropping = -1;
    for (const [signature, { generation }] of entries) {
      if (generation === current || (entries.size <= this.#size && generation !== dropping)) return;
      dropping = generation;
      entries.delete(signature);
    }
  }
}

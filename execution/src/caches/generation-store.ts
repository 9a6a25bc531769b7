// Results by signature with the generation (number of the run) in which each was last used. The base of the LRU and
// the RAM cache; expansions live in the same flat store as everything else.
import type { NodeResultRecord } from './result-cache.ts';

export interface StoredResult {
  readonly result: NodeResultRecord;
  generation: number;
}

export class GenerationStore {
  /** In order of last use within a generation. */
  readonly entries = new Map<string, StoredResult>();
  generation = 0;

  nextGeneration(): void {
    this.generation++;
  }

  /** Marks results as used by the current run. */
  touchAll(signatures: Iterable<string>): void {
    for (const signature of signatures) this.#touch(signature);
  }

  get(signature: string): NodeResultRecord | undefined {
    return this.#touch(signature)?.result;
  }

  set(signature: string, result: NodeResultRecord): void {
    this.entries.delete(signature);
    this.entries.set(signature, { result, generation: this.generation });
  }

  #touch(signature: string): StoredResult | undefined {
    const entry = this.entries.get(signature);
    if (entry === undefined) return undefined;
    if (entry.generation !== this.generation) {
      entry.generation = this.generation;
      this.entries.delete(signature);
      this.entries.set(signature, entry);
    }
    return entry;
  }
}

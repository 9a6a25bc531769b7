// Byte-level byte-pair encoding as CLIP uses it (Sennrich et al. 2016; OpenAI CLIP, MIT): a word is its UTF-8 bytes, the last
// one marked as end of word; then the pair that comes first in the list of merges is joined, again and again. Ids follow from
// the order: 256 bytes, the same 256 at the end of a word, one id per merge.

/** Longest word whose ids are remembered, and how many such words. */
const cachedLength = 32;
const cacheSize = 50_000;
const firstMergeId = 512;

interface Candidate {
  readonly rank: number;
  /** Symbol on the left, by its first byte. */
  readonly left: number;
  readonly right: number;
  readonly leftId: number;
  readonly rightId: number;
}

/** Encodes single words; see `ClipTokenizer` for whole texts. */
export class BytePairEncoder {
  /** Rank of a merge by `left id * idCount + right id`. */
  readonly #pairRanks = new Map<number, number>();
  readonly #byteIds: Uint16Array;
  readonly #idCount: number;
  readonly #cache = new Map<string, readonly number[]>();

  /** @param merges lines `left right`, most frequent first, spelled in the printable alphabet. */
  constructor(merges: readonly string[]) {
    const alphabet = printableAlphabet();
    const ids = new Map<string, number>();
    alphabet.forEach((char, index) => {
      ids.set(char, index);
      ids.set(`${char}</w>`, index + 256);
    });
    this.#idCount = firstMergeId + merges.length;
    merges.forEach((line, rank) => {
      const space = line.indexOf(' ');
      const left = line.slice(0, space);
      const right = line.slice(space + 1);
      this.#pairRanks.set((ids.get(left) ?? 0) * this.#idCount + (ids.get(right) ?? 0), rank);
      ids.set(left + right, firstMergeId + rank);
    });
    this.#byteIds = new Uint16Array(256);
    printableBytes().forEach((byte, index) => {
      this.#byteIds[byte] = index;
    });
  }

  /** Ids of a word that has no space in it. */
  encodeWord(word: string): readonly number[] {
    const known = this.#cache.get(word);
    if (known !== undefined) return known;
    const ids = this.#merge(new TextEncoder().encode(word));
    if (word.length <= cachedLength) {
      if (this.#cache.size >= cacheSize) this.#cache.clear();
      this.#cache.set(word, ids);
    }
    return ids;
  }

  /** Symbols are a linked list over byte positions; a heap yields the next merge, so a word of n bytes takes n log n steps. */
  #merge(bytes: Uint8Array): number[] {
    const count = bytes.length;
    if (count === 0) return [];
    const ids = Array.from(bytes, byte => this.#byteIds[byte] as number);
    ids[count - 1] = (ids[count - 1] as number) + 256;
    const next = Array.from(ids, (_, index) => index + 1);
    const previous = Array.from(ids, (_, index) => index - 1);
    const heap: Candidate[] = [];
    const consider = (left: number): void => {
      const right = next[left] ?? count;
      const leftId = ids[left];
      const rightId = ids[right];
      if (leftId === undefined || rightId === undefined) return;
      const rank = this.#pairRanks.get(leftId * this.#idCount + rightId);
      if (rank !== undefined) pushCandidate(heap, { rank, left, right, leftId, rightId });
    };
    for (let index = 0; index + 1 < count; index++) consider(index);
    for (let best = popCandidate(heap); best !== undefined; best = popCandidate(heap)) {
      const { left, right, leftId, rightId, rank } = best;
      // One of the two may have been merged with its other neighbour meanwhile.
      if (ids[left] !== leftId || ids[right] !== rightId || next[left] !== right) continue;
      ids[left] = firstMergeId + rank;
      ids[right] = -1;
      const after = next[right] as number;
      next[left] = after;
      if (after < count) previous[after] = left;
      const before = previous[left] as number;
      if (before >= 0) consider(before);
      consider(left);
    }
    return ids.filter(id => id >= 0);
  }
}

/** Lowest rank first, then leftmost. */
function isBefore(a: Candidate, b: Candidate): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.left < b.left);
}

function pushCandidate(heap: Candidate[], candidate: Candidate): void {
  let index = heap.length;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Candidate;
    if (!isBefore(candidate, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = candidate;
}

function popCandidate(heap: Candidate[]): Candidate | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Candidate, heap[child] as Candidate)) child++;
    if (!isBefore(heap[child] as Candidate, last)) break;
    heap[index] = heap[child] as Candidate;
    index = child;
  }
  heap[index] = last;
  return top;
}

/** Bytes in the order of their ids: the printable ones of Latin-1 first, then the others. */
function printableBytes(): number[] {
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
  return [...all.filter(isPrintable), ...all.filter(byte => !isPrintable(byte))];
}

/** How merge lists spell each byte, in the order of ids: printable bytes as themselves, others by characters from U+0100 on. */
function printableAlphabet(): string[] {
  let spare = 0x100;
  return printableBytes().map((byte, index) => String.fromCharCode(index < 188 ? byte : spare++));
}

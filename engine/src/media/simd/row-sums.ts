// Weighted sums of whole rows: what resampling and blurring across rows is. Source rows are copied into the vector memory once
// and stay while sums need them; wide rows are worked on in tiles, so that all rows of a sum lie in the processor's cache.
import { type VectorMemory, vectorPlaces } from './vector-memory.ts';

/** Bytes of the rows of a sum that are held at once. */
const HELD_BYTES = 2 ** 19;
/** Tiles are whole vectors, and whole pixels of 1, 3 or 4 channels. */
const TILE_VALUES = 48;

interface RowSums<Values> {
  readonly source: Values;
  /** Values of a row. */
  readonly inner: number;
  /** How many source rows a sum reaches over, and of how many it consists, at most. */
  readonly span: number;
  readonly taps: number;
}

export interface ByteRowSums extends RowSums<Uint8Array> {
  /** Fills in the source rows of a sum and their weights, and tells how many there are. */
  plan(row: number, sources: Uint32Array, weights: Int32Array): number;
  /** Takes the values of a row from `start` on, which it may change; the next sum overwrites them. `asFloats` divides them by 255. */
  take(row: number, start: number, values: Uint8Array, asFloats: () => Float32Array): void;
}

export interface FloatRowSums extends RowSums<Float32Array> {
  plan(row: number, sources: Uint32Array, weights: Float64Array): number;
  take(row: number, start: number, values: Float32Array): void;
}

/** Sums `first` to `last` (excluded) of bytes, with weights of 22 fractional bits. */
export function sumByteRows(work: ByteRowSums, first: number, last: number): void {
  const tile = tileOf(work, 1);
  const { memory, places } = vectorPlaces(work.span * tile, work.taps * 4, work.taps * 4, tile, tile * 4);
  const [held = 0, list = 0, weightPlace = 0, result = 0, floats = 0] = places;
  const sources = new Uint32Array(work.taps);
  const weights = memory.ints.subarray(weightPlace / 4, weightPlace / 4 + work.taps);
  for (let start = 0; start < work.inner; start += tile) {
    const length = Math.min(tile, work.inner - start);
    const rows = new HeldRows(work.span, row => {
      const from = row * work.inner + start;
      memory.bytes.set(work.source.subarray(from, from + length), held + (row % work.span) * tile);
    });
    const asFloats = (): Float32Array => {
      memory.sums.bytesToFloats(result, floats, result + length);
      return memory.floats.subarray(floats / 4, floats / 4 + length);
    };
    for (let row = first; row < last; row++) {
      const count = work.plan(row, sources, weights);
      listRows(memory, { list, held, stride: tile }, rows, sources.subarray(0, count));
      memory.sums.sumByteRows(list, weightPlace, list + count * 4, result, length);
      work.take(row, start, memory.bytes.subarray(result, result + length), asFloats);
    }
  }
}

/** Sums `first` to `last` (excluded) of floats, in double precision, in the order of the plan. */
export function sumFloatRows(work: FloatRowSums, first: number, last: number): void {
  const tile = tileOf(work, 4);
  const { memory, places } = vectorPlaces(work.span * tile * 4, work.taps * 4, work.taps * 8, tile * 4);
  const [held = 0, list = 0, weightPlace = 0, result = 0] = places;
  const sources = new Uint32Array(work.taps);
  const weights = memory.doubles.subarray(weightPlace / 8, weightPlace / 8 + work.taps);
  for (let start = 0; start < work.inner; start += tile) {
    const length = Math.min(tile, work.inner - start);
    const rows = new HeldRows(work.span, row => {
      const from = row * work.inner + start;
      memory.floats.set(work.source.subarray(from, from + length), held / 4 + (row % work.span) * tile);
    });
    for (let row = first; row < last; row++) {
      const count = work.plan(row, sources, weights);
      listRows(memory, { list, held, stride: tile * 4 }, rows, sources.subarray(0, count));
      memory.sums.sumFloatRows(list, weightPlace, list + count * 4, result, length * 4);
      work.take(row, start, memory.floats.subarray(result / 4, result / 4 + length));
    }
  }
}

function tileOf({ span, inner }: Pick<RowSums<unknown>, 'span' | 'inner'>, bytesPerValue: number): number {
  const fitting = Math.floor(HELD_BYTES / (span * bytesPerValue * TILE_VALUES));
  return Math.min(Math.max(1, fitting), Math.ceil(inner / TILE_VALUES)) * TILE_VALUES;
}

interface RowPlaces {
  /** Address of the list of addresses. */
  readonly list: number;
  readonly held: number;
  /** Bytes from one held row to the next. */
  readonly stride: number;
}

function listRows(memory: VectorMemory, { list, held, stride }: RowPlaces, rows: HeldRows, sources: Uint32Array): void {
  for (let tap = 0; tap < sources.length; tap++) {
    memory.ints[list / 4 + tap] = held + rows.slotOf(sources[tap]!) * stride;
  }
}

/** A row stays in its slot until another one needs it. */
class HeldRows {
  readonly #rows: Float64Array;
  readonly #load: (row: number) => void;

  constructor(slots: number, load: (row: number) => void) {
    this.#rows = new Float64Array(slots).fill(-1);
    this.#load = load;
  }

  slotOf(row: number): number {
    const slot = row % this.#rows.length;
    if (this.#rows[slot] !== row) {
      this.#load(row);
      this.#rows[slot] = row;
    }
    return slot;
  }
}

// The memory that vector code works in: places for rows and tables, laid out anew by every kernel call. Kernels run to their end
// without a pause, so all calls of a thread share one memory.
import { createVectorSums, SLACK_BYTES, type VectorSums } from './vector-sums.ts';

const PAGE_BYTES = 65_536;
const ALIGNMENT = 64;

/** Views of the memory, and the addresses of the places that were asked for. */
export interface VectorMemory {
  readonly sums: VectorSums;
  readonly bytes: Uint8Array;
  readonly ints: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
}

let sums: VectorSums | undefined;
let views: VectorMemory | undefined;

/** Places of at least these sizes, each with room behind it for the end of a vector; earlier places are given up. */
export function vectorPlaces(...sizesBytes: readonly number[]): { memory: VectorMemory; places: readonly number[] } {
  sums ??= createVectorSums();
  let end = 0;
  const places = sizesBytes.map(size => {
    const place = end;
    end += Math.ceil((size + SLACK_BYTES) / ALIGNMENT) * ALIGNMENT;
    return place;
  });
  const missing = end - sums.memory.buffer.byteLength;
  if (missing > 0) sums.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return { memory: viewsOf(sums), places };
}

/** Growing a memory empties the views of before. */
function viewsOf(sums: VectorSums): VectorMemory {
  const { buffer } = sums.memory;
  if (views === undefined || views.bytes.buffer !== buffer) {
    views = {
      sums,
      bytes: new Uint8Array(buffer),
      ints: new Int32Array(buffer),
      floats: new Float32Array(buffer),
      doubles: new Float64Array(buffer),
    };
  }
  return views;
}

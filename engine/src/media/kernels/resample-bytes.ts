// Inner loops of the antialiased 8-bit resampling of `resize-bytes.ts` (python-pillow, Resample.c): integer sums with weights of
// 22 fractional bits, rows first, then columns, 8 bits in between. Pictures may come in and go out as floats; RGBA is weighted
// by its alpha on the way in and divided by it on the way out.
import { type ByteRowSums, sumByteRows } from '../simd/row-sums.ts';
import { vectorPlaces } from '../simd/vector-memory.ts';
import { BYTE_WEIGHT_BITS } from '../simd/vector-sums.ts';

/** Windows of source positions with their fixed-point weights, one after the other. */
export interface ByteTaps {
  /** First source position of each target position. */
  readonly starts: Uint32Array;
  /** Index into `weights` of each target position, and the end. */
  readonly offsets: Uint32Array;
  readonly weights: Int32Array;
}

export interface ResampleBytesArgs {
  readonly source: Float32Array | Uint8Array;
  readonly target: Float32Array | Uint8Array;
  /** Samples along the axis before and after. */
  readonly from: number;
  readonly to: number;
  /** Values of a pixel (along rows) or of a row (across rows). */
  readonly inner: number;
  readonly channels: number;
  /** Absent where the axis keeps its length. */
  readonly taps?: ByteTaps;
}

/** [row, from, channels] to bytes [row, to, channels], alpha multiplied in. */
export function resampleBytesAlongRows(args: ResampleBytesArgs, first: number, last: number): void {
  const { source, target, from, to, channels, taps } = args;
  const [length, narrowed] = [from * channels, to * channels];
  const tables = taps === undefined ? [] : [taps.starts, taps.offsets, taps.weights];
  const { memory, places } = vectorPlaces(length * 4, length, narrowed, ...tables.map(table => table.byteLength));
  const [floats = 0, line = 0, result = 0, starts = 0, offsets = 0, weights = 0] = places;
  for (const [i, table] of tables.entries()) memory.ints.set(table, places[3 + i]! / 4);
  const bytes = memory.bytes.subarray(line, line + length);
  for (let row = first; row < last; row++) {
    const values = source.subarray(row * length, (row + 1) * length);
    if (values instanceof Float32Array) {
      memory.floats.set(values, floats / 4);
      memory.sums.floatsToBytes(floats, line, line + length);
    } else bytes.set(values);
    if (channels === 4) premultiply(bytes);
    if (taps === undefined) target.set(bytes, row * length);
    else {
      memory.sums.sumBytePixels(line, channels, starts, offsets, offsets + to * 4, weights, result);
      target.set(memory.bytes.subarray(result, result + narrowed), row * narrowed);
    }
  }
}

/** Bytes [from, inner] of each item to [to, inner], alpha divided out. Rows are the target rows of all items. */
export function resampleBytesAcrossRows(args: ResampleBytesArgs, first: number, last: number): void {
  const { source, target, from, to, inner, channels } = args;
  const taps = args.taps ?? unchangedTaps(to);
  const most = largestWindow(taps);
  const work: ByteRowSums = {
    source: source as Uint8Array,
    inner,
    span: most,
    taps: most,
    plan(row, sources, weights) {
      const item = Math.floor(row / to);
      const position = row - item * to;
      const offset = taps.offsets[position]!;
      const count = taps.offsets[position + 1]! - offset;
      for (let tap = 0; tap < count; tap++) {
        sources[tap] = item * from + taps.starts[position]! + tap;
        weights[tap] = taps.weights[offset + tap]!;
      }
      return count;
    },
    take(row, start, values, asFloats) {
      if (channels === 4) unpremultiply(values);
      if (target instanceof Float32Array) target.set(asFloats(), row * inner + start);
      else target.set(values, row * inner + start);
    },
  };
  sumByteRows(work, first, last);
}

/** Every position is itself. */
function unchangedTaps(length: number): ByteTaps {
  return {
    starts: Uint32Array.from({ length }, (_, i) => i),
    offsets: Uint32Array.from({ length: length + 1 }, (_, i) => i),
    weights: new Int32Array(length).fill(2 ** BYTE_WEIGHT_BITS),
  };
}

function largestWindow({ offsets }: ByteTaps): number {
  let most = 1;
  for (let i = 1; i < offsets.length; i++) most = Math.max(most, offsets[i]! - offsets[i - 1]!);
  return most;
}

/** a * b / 255, rounded. */
function multiplyBytes(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

function premultiply(line: Uint8Array): void {
  for (let i = 0; i < line.length; i += 4) {
    const alpha = line[i + 3]!;
    line[i] = multiplyBytes(line[i]!, alpha);
    line[i + 1] = multiplyBytes(line[i + 1]!, alpha);
    line[i + 2] = multiplyBytes(line[i + 2]!, alpha);
  }
}

function unpremultiply(line: Uint8Array): void {
  for (let i = 0; i < line.length; i += 4) {
    const alpha = line[i + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = i; channel < i + 3; channel++) {
      line[channel] = Math.min(255, Math.trunc((255 * line[channel]!) / alpha));
    }
  }
}

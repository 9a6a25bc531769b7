// Inner loops of the separable blur: symmetric weights, edges mirrored without repeating the edge itself. Sums in double
// precision, from one end of the window to the other.
import { type FloatRowSums, sumFloatRows } from '../simd/row-sums.ts';
import { vectorPlaces } from '../simd/vector-memory.ts';

export interface BlurArgs {
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Weights of the centre and of the neighbours 1, 2, ... steps away. */
  readonly weights: Float64Array;
}

/** Rows are those of all pictures. */
export function blurAlongRows(args: BlurArgs, first: number, last: number): void {
  const { source, target, width, channels } = args;
  const radius = args.weights.length - 1;
  const taps = 2 * radius + 1;
  const inner = width * channels;
  const { memory, places } = vectorPlaces((inner + 2 * radius * channels) * 4, taps * 4, taps * 8, inner * 4);
  const [line = 0, list = 0, weights = 0, result = 0] = places;
  // A row is summed with itself, moved by a pixel for each weight.
  for (let tap = 0; tap < taps; tap++) {
    memory.ints[list / 4 + tap] = line + tap * channels * 4;
    memory.doubles[weights / 8 + tap] = args.weights[Math.abs(tap - radius)]!;
  }
  for (let row = first; row < last; row++) {
    const start = row * inner;
    memory.floats.set(source.subarray(start, start + inner), line / 4 + radius * channels);
    for (let step = 1; step <= radius; step++) {
      for (const column of [-step, width - 1 + step]) {
        const from = start + mirrored(column, width) * channels;
        memory.floats.set(source.subarray(from, from + channels), line / 4 + (radius + column) * channels);
      }
    }
    memory.sums.sumFloatRows(list, weights, list + taps * 4, result, inner * 4);
    target.set(memory.floats.subarray(result / 4, result / 4 + inner), start);
  }
}

/** Rows are those of all pictures. */
export function blurAcrossRows(args: BlurArgs, first: number, last: number): void {
  const { source, target, width, height, channels } = args;
  const radius = args.weights.length - 1;
  const taps = 2 * radius + 1;
  const inner = width * channels;
  const work: FloatRowSums = {
    source,
    inner,
    span: taps,
    taps,
    plan(index, sources, weights) {
      const row = index % height;
      for (let tap = 0; tap < taps; tap++) {
        sources[tap] = index - row + mirrored(row + tap - radius, height);
        weights[tap] = args.weights[Math.abs(tap - radius)]!;
      }
      return taps;
    },
    take: (row, start, values) => target.set(values, row * inner + start),
  };
  sumFloatRows(work, first, last);
}

function mirrored(place: number, length: number): number {
  if (place < 0) return -place;
  return place < length ? place : 2 * (length - 1) - place;
}

export interface UnsharpArgs {
  readonly image: Float32Array;
  readonly blurred: Float32Array;
  readonly target: Float32Array;
  /** Values of a row. */
  readonly inner: number;
  readonly amount: number;
}

/** The picture moved away from its blurred form, clipped to 0..1. */
export function unsharpRows({ image, blurred, target, inner, amount }: UnsharpArgs, first: number, last: number): void {
  for (let i = first * inner; i < last * inner; i++) {
    const value = image[i]! + amount * (image[i]! - blurred[i]!);
    target[i] = value < 0 ? 0 : Math.min(value, 1);
  }
}

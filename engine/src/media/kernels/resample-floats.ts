// Inner loops of separable resampling of floats: weighted sums of source positions, in double precision, in the order of the
// taps. Two shapes of the same sum: along an axis whose positions are a few values wide (pixels of a row), and across rows.
import { type FloatRowSums, sumFloatRows } from '../simd/row-sums.ts';

/** For each target position: `count` source positions and weights, stored one after the other. */
export interface Taps {
  readonly count: number;
  /** Positions times count. */
  readonly sources: Uint32Array;
  readonly weights: Float64Array;
}

export interface ResampleArgs {
  /** [outer, from, inner] */
  readonly source: Float32Array;
  /** [outer, to, inner] */
  readonly target: Float32Array;
  readonly from: number;
  readonly to: number;
  readonly inner: number;
  readonly taps: Taps;
}

/** Rows are the items of the outer axis. */
export function resampleAlongRows(args: ResampleArgs, first: number, last: number): void {
  if (args.inner === 3) resampleRgb(args, first, last);
  else resampleChannels(args, first, last);
}

function resampleRgb({ source, target, from, to, taps }: ResampleArgs, first: number, last: number): void {
  const { count, sources, weights } = taps;
  for (let row = first; row < last; row++) {
    let place = row * to * 3;
    for (let tap = 0, end = count; end <= to * count; end += count) {
      let [red, green, blue] = [0, 0, 0];
      for (; tap < end; tap++) {
        const weight = weights[tap]!;
        const pixel = (row * from + sources[tap]!) * 3;
        red += weight * source[pixel]!;
        green += weight * source[pixel + 1]!;
        blue += weight * source[pixel + 2]!;
      }
      target[place++] = red;
      target[place++] = green;
      target[place++] = blue;
    }
  }
}

function resampleChannels({ source, target, from, to, inner, taps }: ResampleArgs, first: number, last: number): void {
  const { count, sources, weights } = taps;
  let place = first * to * inner;
  for (let row = first; row < last; row++) {
    for (let position = 0; position < to; position++) {
      for (let channel = 0; channel < inner; channel++) {
        let sum = 0;
        for (let tap = position * count; tap < (position + 1) * count; tap++) {
          sum += weights[tap]! * source[(row * from + sources[tap]!) * inner + channel]!;
        }
        target[place++] = sum;
      }
    }
  }
}

/** Rows are the target positions of all items of the outer axis, `inner` values each. */
export function resampleAcrossRows(args: ResampleArgs, first: number, last: number): void {
  const { source, target, from, to, inner, taps } = args;
  const { count } = taps;
  const work: FloatRowSums = {
    source,
    inner,
    span: spanOf(taps),
    taps: count,
    plan(row, sources, weights) {
      const item = Math.floor(row / to);
      const base = (row - item * to) * count;
      for (let tap = 0; tap < count; tap++) {
        sources[tap] = item * from + taps.sources[base + tap]!;
        weights[tap] = taps.weights[base + tap]!;
      }
      return count;
    },
    take: (row, start, values) => target.set(values, row * inner + start),
  };
  sumFloatRows(work, first, last);
}

/** The most source positions that lie from the first to the last tap of a target position. */
function spanOf({ count, sources }: Taps): number {
  let span = 1;
  for (let base = 0; base < sources.length; base += count) {
    let [low, high] = [sources[base]!, sources[base]!];
    for (let tap = base + 1; tap < base + count; tap++) {
      low = Math.min(low, sources[tap]!);
      high = Math.max(high, sources[tap]!);
    }
    span = Math.max(span, high - low + 1);
  }
  return span;
}

// Inner loops of separable resampling of floats: weighted sums of source positions, in double precision, in the order of the
// taps. Two shapes of the same sum: along an axis whose positions are a few values wide (pixels of a row), and across rows.

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
  const { count, sources, weights } = taps;
  const sums = new Float64Array(inner);
  for (let row = first; row < last; row++) {
    const item = Math.floor(row / to);
    const base = (row - item * to) * count;
    sums.fill(0);
    for (let tap = base; tap < base + count; tap += 4) {
      const ends = base + count - tap;
      const start = (k: number): number => (item * from + sources[k < ends ? tap + k : tap]!) * inner;
      const weight = (k: number): number => (k < ends ? weights[tap + k]! : 0);
      addFourRows(sums, source, [start(0), start(1), start(2), start(3)], [weight(0), weight(1), weight(2), weight(3)]);
    }
    target.set(sums, row * inner);
  }
}

type Four = readonly [number, number, number, number];

/** Adds four weighted rows at once, so that the sums are read and written once for all of them. */
export function addFourRows(sums: Float64Array, source: Float32Array, starts: Four, weights: Four): void {
  const [a, b, c, d] = starts;
  const [p, q, r, s] = weights;
  if (q === 0 && r === 0 && s === 0) {
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + p * source[a + i]!;
  } else if (r === 0 && s === 0) {
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + p * source[a + i]! + q * source[b + i]!;
  } else {
    for (let i = 0; i < sums.length; i++) {
      sums[i] = sums[i]! + p * source[a + i]! + q * source[b + i]! + r * source[c + i]! + s * source[d + i]!;
    }
  }
}

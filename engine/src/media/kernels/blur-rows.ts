// Inner loops of the separable blur: symmetric weights, edges mirrored without repeating the edge itself. Sums in double
// precision; the values on both sides of the centre are added before they are weighted.

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
  const { source, target, width, channels, weights } = args;
  const radius = weights.length - 1;
  const line = new Float64Array((width + 2 * radius) * channels);
  const sums = new Float64Array(width * channels);
  for (let row = first; row < last; row++) {
    const start = row * width * channels;
    for (let column = -radius; column < width + radius; column++) {
      const from = start + mirrored(column, width) * channels;
      const to = (column + radius) * channels;
      for (let channel = 0; channel < channels; channel++) line[to + channel] = source[from + channel]!;
    }
    weigh(sums, line, radius * channels, weights[0]!);
    for (let k = 1; k <= radius; k += 2) {
      const near = { before: (radius - k) * channels, after: (radius + k) * channels, weight: weights[k]! };
      const far =
        k < radius
          ? { before: (radius - k - 1) * channels, after: (radius + k + 1) * channels, weight: weights[k + 1]! }
          : undefined;
      addNeighbours(sums, line, near, far);
    }
    target.set(sums, start);
  }
}

/** Rows are those of all pictures. */
export function blurAcrossRows(args: BlurArgs, first: number, last: number): void {
  const { source, target, width, height, channels, weights } = args;
  const radius = weights.length - 1;
  const inner = width * channels;
  const sums = new Float64Array(inner);
  for (let index = first; index < last; index++) {
    const top = Math.floor(index / height) * height;
    const startOf = (row: number): number => (top + mirrored(row, height)) * inner;
    const row = index - top;
    const pair = (k: number) => ({ before: startOf(row - k), after: startOf(row + k), weight: weights[k]! });
    weigh(sums, source, startOf(row), weights[0]!);
    for (let k = 1; k <= radius; k += 2) addNeighbours(sums, source, pair(k), k < radius ? pair(k + 1) : undefined);
    target.set(sums, index * inner);
  }
}

interface Neighbours {
  readonly before: number;
  readonly after: number;
  readonly weight: number;
}

type Values = Float32Array | Float64Array;

function weigh(sums: Float64Array, source: Values, start: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = weight * source[start + i]!;
}

/** Two pairs at once, so that the sums are read and written once for both. */
function addNeighbours(sums: Float64Array, source: Values, near: Neighbours, far: Neighbours | undefined): void {
  const { before: a, after: b, weight: p } = near;
  if (far === undefined) {
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + p * (source[a + i]! + source[b + i]!);
    return;
  }
  const { before: c, after: d, weight: q } = far;
  for (let i = 0; i < sums.length; i++) {
    sums[i] = sums[i]! + p * (source[a + i]! + source[b + i]!) + q * (source[c + i]! + source[d + i]!);
  }
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

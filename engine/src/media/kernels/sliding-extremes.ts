// Largest or smallest value in a window of any size, in three comparisons per value whatever the size is: running extremes
// of blocks as long as the window, forwards and backwards (van Herk 1992; Gil and Werman 1993). What lies outside never wins.

export interface ExtremesArgs {
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly kind: 'min' | 'max';
  /** Length of the window, which reaches from `size >> 1` before a value on. */
  readonly size: number;
}

/** Columns are taken in strips, so that a cache line that was fetched is used whole. */
export const columnStrip = 16;

/** Rows are those of all pictures. */
export function extremesAlongRows(args: ExtremesArgs, first: number, last: number): void {
  const { source, target, width, channels } = args;
  const line = new ExtremesLine(width, channels, args);
  for (let row = first; row < last; row++) {
    line.values.set(source.subarray(row * width * channels, (row + 1) * width * channels), line.start);
    target.set(line.extremes(), row * width * channels);
  }
}

/** Rows are strips of `columnStrip` values of all pictures: ceil(width * channels / columnStrip) of each. */
export function extremesAlongColumns(args: ExtremesArgs, first: number, last: number): void {
  const { source, target, width, height, channels } = args;
  const inner = width * channels;
  const strips = Math.ceil(inner / columnStrip);
  for (let strip = first; strip < last; strip++) {
    const item = Math.floor(strip / strips);
    const left = (strip - item * strips) * columnStrip;
    const lanes = Math.min(columnStrip, inner - left);
    const line = new ExtremesLine(height, lanes, args);
    for (let row = 0; row < height; row++) {
      const start = (item * height + row) * inner + left;
      line.values.set(source.subarray(start, start + lanes), line.start + row * lanes);
    }
    const extremes = line.extremes();
    for (let row = 0; row < height; row++) {
      target.set(extremes.subarray(row * lanes, (row + 1) * lanes), (item * height + row) * inner + left);
    }
  }
}

/** [length, lanes] values with room for the window around them. */
class ExtremesLine {
  readonly values: Float32Array;
  /** Index of the first value that does not lie outside. */
  readonly start: number;
  readonly #lanes: number;
  readonly #size: number;
  readonly #pick: (a: number, b: number) => number;
  readonly #forwards: Float32Array;
  readonly #backwards: Float32Array;
  readonly #result: Float32Array;

  constructor(length: number, lanes: number, { kind, size }: Pick<ExtremesArgs, 'kind' | 'size'>) {
    const padded = (length + size - 1) * lanes;
    this.values = new Float32Array(padded).fill(kind === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    this.start = (size >> 1) * lanes;
    this.#lanes = lanes;
    this.#size = size;
    this.#pick = kind === 'max' ? Math.max : Math.min;
    this.#forwards = new Float32Array(padded);
    this.#backwards = new Float32Array(padded);
    this.#result = new Float32Array(length * lanes);
  }

  extremes(): Float32Array {
    const [values, forwards, backwards] = [this.values, this.#forwards, this.#backwards];
    const [lanes, block] = [this.#lanes, this.#size * this.#lanes];
    const pick = this.#pick;
    for (let start = 0; start < values.length; start += block) {
      const end = Math.min(start + block, values.length);
      for (let i = start; i < end; i++) {
        forwards[i] = i < start + lanes ? values[i]! : pick(forwards[i - lanes]!, values[i]!);
      }
      for (let i = end - 1; i >= start; i--) {
        backwards[i] = i >= end - lanes ? values[i]! : pick(backwards[i + lanes]!, values[i]!);
      }
    }
    const result = this.#result;
    const reach = block - lanes;
    for (let i = 0; i < result.length; i++) result[i] = pick(backwards[i]!, forwards[i + reach]!);
    return result;
  }
}

export interface DifferenceArgs {
  readonly minuend: Float32Array;
  readonly subtrahend: Float32Array;
  readonly target: Float32Array;
  readonly inner: number;
}

export function subtractRows(
  { minuend, subtrahend, target, inner }: DifferenceArgs,
  first: number,
  last: number,
): void {
  for (let i = first * inner; i < last * inner; i++) target[i] = minuend[i]! - subtrahend[i]!;
}

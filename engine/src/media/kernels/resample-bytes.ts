// Inner loops of the antialiased 8-bit resampling of `resize-bytes.ts` (python-pillow, Resample.c): integer sums with weights of
// 22 fractional bits, rows first, then columns, 8 bits in between. Pictures may come in and go out as floats; RGBA is weighted
// by its alpha on the way in and divided by it on the way out.
import { bytesToFloatsInto, floatsToBytesInto } from './byte-values.ts';

export const byteWeightBits = 22;
const half = 2 ** (byteWeightBits - 1);

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
  const line = new Uint8Array(from * channels);
  const narrowed = new Uint8Array(to * channels);
  for (let row = first; row < last; row++) {
    const values = source.subarray(row * line.length, (row + 1) * line.length);
    if (values instanceof Float32Array) floatsToBytesInto(values, line);
    else line.set(values);
    if (channels === 4) premultiply(line);
    if (taps === undefined) {
      target.set(line, row * line.length);
      continue;
    }
    if (channels === 3) narrowRgb(line, narrowed, taps);
    else narrow(line, narrowed, taps, channels);
    target.set(narrowed, row * narrowed.length);
  }
}

function narrowRgb(line: Uint8Array, target: Uint8Array, { starts, offsets, weights }: ByteTaps): void {
  let tap = 0;
  for (let position = 0, place = 0; position < starts.length; position++) {
    let pixel = starts[position]! * 3;
    let red = half;
    let green = half;
    let blue = half;
    for (const end = offsets[position + 1]!; tap < end; tap++, pixel += 3) {
      const weight = weights[tap]!;
      red = (red + Math.imul(weight, line[pixel]!)) | 0;
      green = (green + Math.imul(weight, line[pixel + 1]!)) | 0;
      blue = (blue + Math.imul(weight, line[pixel + 2]!)) | 0;
    }
    target[place++] = clipByte(red >> byteWeightBits);
    target[place++] = clipByte(green >> byteWeightBits);
    target[place++] = clipByte(blue >> byteWeightBits);
  }
}

function narrow(line: Uint8Array, target: Uint8Array, { starts, offsets, weights }: ByteTaps, channels: number): void {
  for (let position = 0; position < starts.length; position++) {
    for (let channel = 0; channel < channels; channel++) {
      let pixel = starts[position]! * channels + channel;
      let sum = half;
      for (let tap = offsets[position]!; tap < offsets[position + 1]!; tap++, pixel += channels) {
        sum = (sum + Math.imul(weights[tap]!, line[pixel]!)) | 0;
      }
      target[position * channels + channel] = clipByte(sum >> byteWeightBits);
    }
  }
}

/** Bytes [from, inner] of each item to [to, inner], alpha divided out. Rows are the target rows of all items. */
export function resampleBytesAcrossRows(args: ResampleBytesArgs, first: number, last: number): void {
  const { source, target, from, to, inner, channels, taps } = args;
  const bytes = source as Uint8Array;
  const sums = new Int32Array(inner);
  const line = new Uint8Array(inner);
  for (let row = first; row < last; row++) {
    const item = Math.floor(row / to);
    const position = row - item * to;
    if (taps === undefined) line.set(bytes.subarray(row * inner, (row + 1) * inner));
    else {
      const { starts, offsets, weights } = taps;
      const window = weights.subarray(offsets[position]!, offsets[position + 1]!);
      addRows(sums, bytes, (item * from + starts[position]!) * inner, window);
      for (let i = 0; i < inner; i++) line[i] = clipByte(sums[i]! >> byteWeightBits);
    }
    if (channels === 4) unpremultiply(line);
    if (target instanceof Float32Array) bytesToFloatsInto(line, target, row * inner);
    else target.set(line, row * inner);
  }
}

/** Weighted sums of consecutive rows, four rows at a time. */
function addRows(sums: Int32Array, source: Uint8Array, start: number, weights: Int32Array): void {
  const { length } = sums;
  sums.fill(half);
  let tap = 0;
  for (; tap + 4 <= weights.length; tap += 4) {
    const a = start + tap * length;
    const [p, q, r, s] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!];
    for (let i = 0; i < length; i++) {
      const upper = Math.imul(p, source[a + i]!) + Math.imul(q, source[a + length + i]!);
      const lower = Math.imul(r, source[a + 2 * length + i]!) + Math.imul(s, source[a + 3 * length + i]!);
      sums[i] = sums[i]! + upper + lower;
    }
  }
  for (; tap < weights.length; tap++) {
    const weight = weights[tap]!;
    const a = start + tap * length;
    for (let i = 0; i < length; i++) sums[i] = sums[i]! + Math.imul(weight, source[a + i]!);
  }
}

function clipByte(value: number): number {
  return value < 0 ? 0 : Math.min(value, 255);
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

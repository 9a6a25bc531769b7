// Luma and colour differences of RGB (JPEG's full-range YCbCr with the rounded factors of kornia's colour module, Apache-2.0,
// read for facts).

export interface LumaArgs {
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly width: number;
  /** 1 or 3 */
  readonly channels: number;
}

/** One value per pixel. */
export function lumaRows({ source, target, width, channels }: LumaArgs, first: number, last: number): void {
  if (channels === 1) {
    target.set(source.subarray(first * width, last * width), first * width);
    return;
  }
  for (let i = first * width, j = i * 3; i < last * width; i++, j += 3) {
    target[i] = lumaOf(source[j]!, source[j + 1]!, source[j + 2]!);
  }
}

function lumaOf(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

export interface RgbToYuvArgs {
  readonly source: Float32Array;
  /** Grey pictures of three channels. */
  readonly y: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly width: number;
}

export function rgbToYuvRows({ source, y, u, v, width }: RgbToYuvArgs, first: number, last: number): void {
  for (let i = first * width * 3; i < last * width * 3; i += 3) {
    const red = source[i]!;
    const blue = source[i + 2]!;
    const luma = lumaOf(red, source[i + 1]!, blue);
    const blueness = (blue - luma) * 0.564 + 0.5;
    const redness = (red - luma) * 0.713 + 0.5;
    for (let channel = i; channel < i + 3; channel++) {
      y[channel] = luma;
      u[channel] = blueness;
      v[channel] = redness;
    }
  }
}

export interface YuvToRgbArgs {
  /** Pictures whose channels are averaged. */
  readonly y: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
  readonly channels: readonly [y: number, u: number, v: number];
  readonly target: Float32Array;
  readonly width: number;
}

export function yuvToRgbRows({ y, u, v, channels, target, width }: YuvToRgbArgs, first: number, last: number): void {
  for (let i = first * width; i < last * width; i++) {
    const luma = mean(y, i, channels[0]);
    const blueness = mean(u, i, channels[1]) - 0.5;
    const redness = mean(v, i, channels[2]) - 0.5;
    target[i * 3] = clipUnit(luma + 1.403 * redness);
    target[i * 3 + 1] = clipUnit(luma - 0.714 * redness - 0.344 * blueness);
    target[i * 3 + 2] = clipUnit(luma + 1.773 * blueness);
  }
}

function mean(values: Float32Array, pixel: number, channels: number): number {
  let sum = 0;
  for (let i = pixel * channels; i < (pixel + 1) * channels; i++) sum += values[i]!;
  return sum / channels;
}

function clipUnit(value: number): number {
  return value < 0 ? 0 : Math.min(value, 1);
}

// Antialiased resizing of 8-bit pictures, bit for bit as Pillow does it (python-pillow, Resample.c, HPND licence): the filter is
// stretched by the scale when shrinking, weights are fixed-point numbers of 22 bits, rows first, then columns, 8 bits in between.
// Used where the reference resizes through Pillow: the `lanczos` upscale method and latent previews.
import type { ByteImage } from './byte-image.ts';

export type ByteFilter = 'lanczos' | 'bilinear';

const filters: Record<ByteFilter, { readonly support: number; weight(distance: number): number }> = {
  bilinear: { support: 1, weight: distance => Math.max(0, 1 - Math.abs(distance)) },
  lanczos: {
    support: 3,
    weight: distance => (Math.abs(distance) < 3 ? sinc(distance) * sinc(distance / 3) : 0),
  },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

const precision = 2 ** 22;

interface Window {
  readonly start: number;
  /** Fixed-point weights of the samples from `start` on; they sum to `precision` up to rounding. */
  readonly weights: Int32Array;
}

/** Resizes a picture; RGBA is weighted by its alpha, so that the colour of transparent pixels does not bleed. */
export function resizeBytes(image: ByteImage, width: number, height: number, filter: ByteFilter): ByteImage {
  if (image.width === width && image.height === height) return image;
  return image.channels === 4
    ? unpremultiply(resizeChannels(premultiply(image), width, height, filter))
    : resizeChannels(image, width, height, filter);
}

function resizeChannels(image: ByteImage, width: number, height: number, filter: ByteFilter): ByteImage {
  const { channels } = image;
  const rows = { outer: image.height, from: image.width, to: width, inner: channels };
  const columns = { outer: 1, from: image.height, to: height, inner: width * channels };
  const narrowed = width === image.width ? image.data : resizeAxis(image.data, rows, filter);
  const data = height === image.height ? narrowed : resizeAxis(narrowed, columns, filter);
  return { data, width, height, channels };
}

function windowsOf(from: number, to: number, filter: ByteFilter): Window[] {
  const { support, weight } = filters[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  return Array.from({ length: to }, (_, position) => {
    const centre = (position + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    const weights = Array.from({ length: end - start }, (_, index) => weight((start + index - centre + 0.5) / stretch));
    const sum = weights.reduce((total, value) => total + value, 0);
    return { start, weights: Int32Array.from(weights, value => roundAway((value / sum) * precision)) };
  });
}

/** To the nearest integer, halves away from zero. */
function roundAway(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}

interface Axis {
  readonly outer: number;
  readonly from: number;
  readonly to: number;
  readonly inner: number;
}

function resizeAxis(data: Uint8Array, { outer, from, to, inner }: Axis, filter: ByteFilter): Uint8Array {
  const windows = windowsOf(from, to, filter);
  const result = new Uint8ClampedArray(outer * to * inner);
  const sums = new Int32Array(inner);
  for (let row = 0; row < outer; row++) {
    windows.forEach(({ start, weights }, position) => {
      sums.fill(precision / 2);
      for (let tap = 0; tap < weights.length; tap++) {
        const weight = weights[tap]!;
        const offset = (row * from + start + tap) * inner;
        for (let index = 0; index < inner; index++) sums[index] = sums[index]! + weight * data[offset + index]!;
      }
      const target = (row * to + position) * inner;
      for (let index = 0; index < inner; index++) result[target + index] = sums[index]! >> 22;
    });
  }
  return new Uint8Array(result.buffer);
}

/** a * b / 255, rounded. */
function multiplyBytes(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

function premultiply(image: ByteImage): ByteImage {
  const data = new Uint8Array(image.data);
  for (let index = 0; index < data.length; index += 4) {
    const alpha = data[index + 3]!;
    for (let channel = 0; channel < 3; channel++) data[index + channel] = multiplyBytes(data[index + channel]!, alpha);
  }
  return { ...image, data };
}

function unpremultiply(image: ByteImage): ByteImage {
  const data = new Uint8Array(image.data);
  for (let index = 0; index < data.length; index += 4) {
    const alpha = data[index + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = 0; channel < 3; channel++) {
      data[index + channel] = Math.min(255, Math.trunc((255 * data[index + channel]!) / alpha));
    }
  }
  return { ...image, data };
}

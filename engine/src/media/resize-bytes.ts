// Antialiased resizing of 8-bit pictures, bit for bit as Pillow does it (python-pillow, Resample.c, HPND licence): the filter is
// stretched by the scale when shrinking, weights are fixed-point numbers of 22 bits, rows first, then columns, 8 bits in between.
// Used where the reference resizes through Pillow: the `lanczos` upscale method and latent previews.
import type { ByteImage } from './byte-image.ts';
import { type ByteTaps, resampleBytesAcrossRows, resampleBytesAlongRows } from './kernels/resample-bytes.ts';
import { BYTE_WEIGHT_BITS } from './simd/vector-sums.ts';

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

/** Resizes a picture; RGBA is weighted by its alpha, so that the colour of transparent pixels does not bleed. */
export function resizeBytes(image: ByteImage, width: number, height: number, filter: ByteFilter): ByteImage {
  if (image.width === width && image.height === height) return image;
  const { channels } = image;
  const narrowed = new Uint8Array(image.height * width * channels);
  const along = { source: image.data, target: narrowed, from: image.width, to: width, inner: channels, channels };
  resampleBytesAlongRows({ ...along, ...tapsOf(image.width, width, filter) }, 0, image.height);
  const data = new Uint8Array(height * width * channels);
  const across = { source: narrowed, target: data, from: image.height, to: height, inner: width * channels, channels };
  resampleBytesAcrossRows({ ...across, ...tapsOf(image.height, height, filter) }, 0, height);
  return { data, width, height, channels };
}

/** None where the axis keeps its length. */
function tapsOf(from: number, to: number, filter: ByteFilter): { readonly taps?: ByteTaps } {
  return from === to ? {} : { taps: byteTaps(from, to, filter) };
}

/** Windows of source positions for each target position; the weights of a window sum to 1 up to rounding. */
export function byteTaps(from: number, to: number, filter: ByteFilter): ByteTaps {
  const { support, weight } = filters[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  const starts = new Uint32Array(to);
  const offsets = new Uint32Array(to + 1);
  const packed: number[] = [];
  for (let position = 0; position < to; position++) {
    const centre = (position + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    const weights = Array.from({ length: end - start }, (_, index) => weight((start + index - centre + 0.5) / stretch));
    const sum = weights.reduce((total, value) => total + value, 0);
    starts[position] = start;
    packed.push(...weights.map(value => roundAway((value / sum) * 2 ** BYTE_WEIGHT_BITS)));
    offsets[position + 1] = packed.length;
  }
  return { starts, offsets, weights: Int32Array.from(packed) };
}

/** To the nearest integer, halves away from zero. */
function roundAway(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}

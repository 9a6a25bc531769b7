// Separable resampling of float planes, with the sampling rules of PyTorch's `interpolate` (align_corners off, no antialiasing):
// pixel centres at half integers, edges repeated. Every method is a table of taps per output position, which the loops of
// `kernels/resample-floats.ts` apply along one axis of an array seen as [outer, length, inner], so images and latents share them.

import { resampleAcrossRows, resampleAlongRows, type Taps } from './kernels/resample-floats.ts';

export type ResampleMethod = 'nearest-exact' | 'bilinear' | 'area' | 'bicubic';

interface Sample {
  readonly source: number;
  readonly weight: number;
}

const f32 = Math.fround;

/** Taps that bring `from` samples to `to` samples. */
export function resampleTaps(method: ResampleMethod, from: number, to: number): Taps {
  const scale = f32(from / to);
  const clamp = (source: number): number => Math.min(Math.max(source, 0), from - 1);
  const samplesAt: Record<ResampleMethod, (position: number) => Sample[]> = {
    'nearest-exact': position => [{ source: clamp(Math.floor(f32(f32(position + 0.5) * scale))), weight: 1 }],
    bilinear(position) {
      const centre = Math.max(f32(f32(scale * (position + 0.5)) - 0.5), 0);
      const source = Math.floor(centre);
      const weight = f32(centre - source);
      return [
        { source: clamp(source), weight: 1 - weight },
        { source: clamp(source + 1), weight },
      ];
    },
    area(position) {
      const start = Math.floor((position * from) / to);
      const end = Math.ceil(((position + 1) * from) / to);
      return Array.from({ length: end - start }, (_, index) => ({ source: start + index, weight: 1 / (end - start) }));
    },
    bicubic(position) {
      const centre = f32(f32(scale * (position + 0.5)) - 0.5);
      const source = Math.floor(centre);
      const offset = f32(centre - source);
      return [-1, 0, 1, 2].map(step => ({ source: clamp(source + step), weight: cubic(step - offset) }));
    },
  };
  return packTaps(Array.from({ length: to }, (_, position) => samplesAt[method](position)));
}

/** Keys' cubic convolution with a = -0.75. */
function cubic(distance: number): number {
  const a = -0.75;
  const x = Math.abs(distance);
  return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

function packTaps(positions: readonly (readonly Sample[])[]): Taps {
  const count = Math.max(1, ...positions.map(samples => samples.length));
  const sources = new Uint32Array(positions.length * count);
  const weights = new Float64Array(positions.length * count);
  positions.forEach((samples, position) => {
    samples.forEach(({ source, weight }, index) => {
      sources[position * count + index] = source;
      weights[position * count + index] = weight;
    });
  });
  return { count, sources, weights };
}

export interface Axis {
  /** Product of the dims before the axis. */
  readonly outer: number;
  readonly from: number;
  readonly to: number;
  /** Product of the dims after the axis. */
  readonly inner: number;
}

/** From how many values after the axis on it is faster to go over them for each tap. */
const MANY_VALUES = 16;

/** Resamples [outer, from, inner] to [outer, to, inner] at once. */
export function resampleAxis(source: Float32Array, { outer, from, to, inner }: Axis, taps: Taps): Float32Array {
  const target = new Float32Array(outer * to * inner);
  const args = { source, target, from, to, inner, taps };
  if (inner < MANY_VALUES) resampleAlongRows(args, 0, outer);
  else resampleAcrossRows(args, 0, outer * to);
  return target;
}

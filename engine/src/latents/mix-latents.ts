// Arithmetic on two latents. The second is brought to the shape of the first: scaled with a centre crop, and repeated or cut to
// the same number of items. Golden data, cases `LatentAdd`, `LatentSubtract`, `LatentBlend` and `LatentInterpolate`.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { fitBatch } from './batches.ts';
import { type LatentScaleMethod, scaleLatent } from './scale-latent.ts';

/**
 * `latent` with the places and items of `target`.
 * @throws EngineError INVALID_ARGUMENT when the channels, the frames or the kind of latent differ.
 */
export function matchLatent(latent: Tensor, target: Tensor, method: LatentScaleMethod = 'bilinear'): Tensor {
  const placed = matchPlaces(latent, target, method);
  return fitBatch(placed, target.dims[0] ?? 0);
}

/** The same without regard to the number of items. @throws EngineError INVALID_ARGUMENT */
export function matchPlaces(latent: Tensor, target: Tensor, method: LatentScaleMethod = 'bilinear'): Tensor {
  const isSameSpace =
    latent.dims.length === target.dims.length &&
    latent.dims.slice(1, -2).join() === target.dims.slice(1, -2).join() &&
    (target.dims.length !== 3 || latent.dims[2] === target.dims[2]);
  if (!isSameSpace) {
    const kept = target.dims.map((n, i) => (i === 0 || (i > 1 && i >= target.dims.length - 2) ? 'any' : n));
    const expected = `[${kept.join(', ')}] to go with [${target.dims.join(', ')}]`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'A latent', expected, actual: `[${latent.dims.join(', ')}]` });
  }
  const [height = 1, width = 1] = target.dims.slice(-2);
  if (latent.dims.slice(-2).join() === target.dims.slice(-2).join()) return latent;
  return scaleLatent(latent, { method, width, height, crop: 'center' });
}

/** first * a + second * b, element by element; `second` is matched to `first`. @throws EngineError INVALID_ARGUMENT */
export function mixLatents(
  [a, first]: readonly [number, Tensor],
  [b, second]: readonly [number, Tensor],
  method: LatentScaleMethod = 'bilinear',
): Tensor {
  const { data } = matchLatent(second, first, method);
  return { data: first.data.map((value, i) => Math.fround(value * a) + Math.fround(data[i]! * b)), dims: first.dims };
}

/**
 * Between two latents, their directions (over the channels) and their strengths each on their own, so that what lies between
 * is as strong as they are. `ratio` 1 is all of `first`.
 * @throws EngineError INVALID_ARGUMENT
 */
export function interpolateLatents(first: Tensor, second: Tensor, ratio: number): Tensor {
  const other = matchLatent(second, first).data;
  const [items = 0, channels = 0, ...places] = first.dims;
  const stride = elementCount(places);
  const result = new Float32Array(first.data.length);
  const mixed = new Float64Array(channels);
  for (let cell = 0; cell < items * stride; cell++) {
    const start = Math.floor(cell / stride) * channels * stride + (cell % stride);
    const strengths = [first.data, other].map(values => strengthAt(values, start, stride, channels)) as [
      number,
      number,
    ];
    let squares = 0;
    for (let c = 0; c < channels; c++) {
      const at = start + c * stride;
      // The direction of nothing is nothing.
      const [a, b] = [first.data[at]! / (strengths[0] || 1), other[at]! / (strengths[1] || 1)];
      mixed[c] = a * ratio + b * (1 - ratio);
      squares += mixed[c]! ** 2;
    }
    const strength = strengths[0] * ratio + strengths[1] * (1 - ratio);
    const factor = squares === 0 ? 0 : strength / Math.sqrt(squares);
    for (let c = 0; c < channels; c++) result[start + c * stride] = mixed[c]! * factor;
  }
  return { data: result, dims: first.dims };
}

/** Length of the vector over the channels. */
function strengthAt(values: Float32Array, start: number, stride: number, channels: number): number {
  let squares = 0;
  for (let c = 0; c < channels; c++) squares += values[start + c * stride]! ** 2;
  return Math.sqrt(squares);
}

// Inpainting with a plain model: where the mask is 0 the network sees the original latent at the current noise level,
// and the original replaces its estimate. Lugmayr et al., "RePaint" (2022), without resampling; values between 0 and 1
// blend.
import { prepareNoise } from '../tensor/initial-noise.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Parameterization } from './parameterizations/parameterization.ts';
import { resizeMask } from './resize-mask.ts';
import type { LatentInput } from './run-options.ts';

export interface InpaintMask {
  /** One value per element of the latent. */
  readonly values: Float32Array;
  /** Original, in model space. */
  readonly latent: Float32Array;
  /** What the kept part is covered with. */
  readonly noise: Float32Array;
  readonly parameterization: Parameterization;
}

/** @param latent original in model space, [batch, channels, ..., height, width] */
export function inpaintMask(
  mask: Tensor,
  latent: Tensor,
  noise: Float32Array,
  parameterization: Parameterization,
): InpaintMask {
  const [height, width] = latent.dims.slice(-2) as [number, number];
  const { data, dims } = resizeMask(mask, height, width);
  const plane = height * width;
  const itemSize = latent.data.length / latent.dims[0]!;
  const values = new Float32Array(latent.data.length);
  for (let start = 0; start < values.length; start += plane) {
    const item = Math.floor(start / itemSize) % dims[0]!;
    values.set(data.subarray(item * plane, (item + 1) * plane), start);
  }
  return { values, latent: latent.data, noise, parameterization };
}

/** Noise of samplers that cover the kept part with noise of their own. */
export function ownMaskNoise(
  seed: bigint,
  dims: readonly number[],
  batchIndex: LatentInput['batchIndex'],
): Float32Array {
  return prepareNoise({ dims, seed: seed + 1n, batchIndex }).noise.data;
}

/** What the network sees: `x` inside, the noised original outside. */
export function maskedInput(
  { values, latent, noise, parameterization }: InpaintMask,
  x: Float32Array,
  sigma: number,
): Float32Array {
  return blend(values, x, parameterization.noiseScaling(sigma, noise, latent));
}

/** The estimate inside, the original outside. */
export function maskedEstimate({ values, latent }: InpaintMask, denoised: Float32Array): Float32Array {
  return blend(values, denoised, latent);
}

function blend(mask: Float32Array, inside: Float32Array, outside: Float32Array): Float32Array {
  const blended = new Float32Array(mask.length);
  for (let i = 0; i < mask.length; i++) blended[i] = inside[i]! * mask[i]! + outside[i]! * (1 - mask[i]!);
  return blended;
}

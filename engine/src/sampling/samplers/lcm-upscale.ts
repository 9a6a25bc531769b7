// Latent consistency sampling that enlarges the picture on its way: after each of the first steps the estimate of the clean
// latent is resized, before noise is added for the next level. Luo et al., "Latent Consistency Models" (2023), algorithm 3.
// The noise continues the stream of the initial noise. Golden cases `node_SamplerLCMUpscale_*`.
import { bislerp } from '../../media/bislerp.ts';
import { resizePlanes } from '../../media/resize-planes.ts';
import { linspace } from '../schedulers/linspace.ts';
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerDefinition, SamplerRun } from './sampler.ts';

export const lcmUpscaleMethods = ['bislerp', 'nearest-exact', 'bilinear', 'area', 'bicubic'] as const;

export type LcmUpscaleMethod = (typeof lcmUpscaleMethods)[number];

export interface LcmUpscaleOptions {
  /** Size of the result, a multiple of the latent's. */
  readonly scale: number;
  /** Steps over which it grows, at least 1; -1: over the first half of them. */
  readonly steps: number;
  readonly method: LcmUpscaleMethod;
}

/** The latent's size grows evenly with the steps. */
export function lcmUpscale(options: LcmUpscaleOptions): SamplerDefinition {
  return {
    integrate: (run, start) => integrate(run, start, options),
    resultDims: dims => scaledDims(dims, options.scale),
  };
}

async function integrate(
  run: SamplerRun,
  start: Float32Array,
  { scale, steps, method }: LcmUpscaleOptions,
): Promise<Float32Array> {
  const { sigmas } = run;
  const total = sigmas.length - 1;
  const growing = Math.min(total, steps < 0 ? Math.max(1, Math.ceil(total / 2)) : Math.max(1, steps));
  const factors = linspace(1, scale, growing + 1).subarray(1);
  let dims = run.dims;
  let x = start;
  for (let i = 0; i < total; i++) {
    const sigmaNext = sigmas[i + 1]!;
    const denoised = await run.denoise(x, sigmas[i]!, dims);
    run.report(i, x, denoised, dims);
    x = denoised;
    if (i < factors.length) {
      const larger = scaledDims(run.dims, factors[i]!);
      x = resized({ data: x, dims }, larger, method);
      dims = larger;
    }
    // Without the factor of the signal, for flows too: recorded so.
    if (sigmaNext > 0) x = weightedSum([1, x], [sigmaNext, run.continuedNoise(x.length)]);
  }
  return x;
}

function scaledDims(dims: readonly number[], factor: number): readonly number[] {
  return dims.map((side, axis) => (axis < dims.length - 2 ? side : Math.max(1, Math.round(side * factor))));
}

function resized(
  latent: { readonly data: Float32Array; readonly dims: readonly number[] },
  dims: readonly number[],
  method: LcmUpscaleMethod,
): Float32Array {
  const [height, width] = dims.slice(-2) as [number, number];
  if (method === 'bislerp') return bislerp(latent, height, width).data;
  return resizePlanes(latent, { height, width, method }).data;
}

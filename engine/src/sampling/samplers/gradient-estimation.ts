// Gradient estimation: Euler with the slope extrapolated from the last two. Permenter & Yuan, "Interpreting and Improving Diffusion Models
// from an Optimization Perspective" (2023), algorithm 2, gamma = 2.
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerRun } from './sampler.ts';
import { slope } from './slope.ts';

const gamma = 2;

export async function gradientEstimation(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  let previous: Float32Array | undefined;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const sigma = sigmas[i]!;
    const sigmaNext = sigmas[i + 1]!;
    const denoised = await run.denoise(x, sigma);
    run.report(i, x, denoised);
    const here = slope(x, denoised, sigma);
    const width = sigmaNext - sigma;
    if (sigmaNext === 0) x = denoised;
    else if (previous === undefined) x = weightedSum([1, x], [width, here]);
    else x = weightedSum([1, x], [width * gamma, here], [width * (1 - gamma), previous]);
    previous = here;
  }
  return x;
}

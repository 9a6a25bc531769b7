// DPM-Solver-2 with its intermediate point in the middle of the logarithms of sigma, plain and ancestral. Karras et
// al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), appendix C; Lu et al., "DPM-Solver"
// (2022); k-diffusion.
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import type { Sampler, StochasticOptions } from './sampler.ts';
import { slope } from './slope.ts';

/** @param options `eta` 0 is the plain sampler. */
export function dpm2({ eta = 0, sNoise = 1 }: StochasticOptions = {}): Sampler {
  return async (run, start) => {
    const { sigmas, isFlow } = run;
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const denoised = await run.denoise(x, sigma);
      run.report(i, x, denoised);
      const { down, up, signal } = ancestralStep(sigma, sigmas[i + 1]!, eta, isFlow);
      const here = slope(x, denoised, sigma);
      if (down === 0) {
        x = weightedSum([1, x], [down - sigma, here]);
        continue;
      }
      const middle = Math.fround(Math.sqrt(sigma * down));
      const between = weightedSum([1, x], [middle - sigma, here]);
      const there = slope(between, await run.denoise(between, middle), middle);
      x = weightedSum([1, x], [down - sigma, there]);
      if (up > 0) x = weightedSum([signal, x], [up * sNoise, run.nextNoise()]);
    }
    return x;
  };
}

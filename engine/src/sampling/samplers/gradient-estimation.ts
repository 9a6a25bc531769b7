// Gradient estimation: Euler with the slope extrapolated from the last two. Permenter & Yuan, "Interpreting and
// Improving Diffusion Models from an Optimization Perspective" (2023), algorithm 2, gamma = 2.
import { weightedSum } from '../weighted-sum.ts';
import type { Sampler } from './sampler.ts';
import { slope } from './slope.ts';

const gamma = 2;

/** @param isCfgPlusPlus take the slope of the unguided estimate, from the guided one (Chung et al., "CFG++", 2024) */
export function gradientEstimation(isCfgPlusPlus = false): Sampler {
  return async (run, start) => {
    const { sigmas } = run;
    let x = start;
    let previous: Float32Array | undefined;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const sigmaNext = sigmas[i + 1]!;
      const both = isCfgPlusPlus ? await run.denoiseBoth(x, sigma) : undefined;
      const denoised = both === undefined ? await run.denoise(x, sigma) : both.guided;
      run.report(i, x, denoised);
      if (sigmaNext === 0) return denoised;
      const here = slope(x, both === undefined ? denoised : both.unconditional, sigma);
      const width = sigmaNext - sigma;
      x = both === undefined ? weightedSum([1, x], [width, here]) : weightedSum([1, denoised], [sigmaNext, here]);
      // The extrapolated part of the slope.
      if (previous !== undefined) x = weightedSum([1, x], [width * (gamma - 1), here], [width * (1 - gamma), previous]);
      previous = here;
    }
    return x;
  };
}

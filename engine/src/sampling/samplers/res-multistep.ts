// RES: second-order multistep in lambda = -log(sigma), plain or ancestral. Zhang et al., "Improved Order Analysis and
// Design of Exponential Integrator for Diffusion Models Sampling" (2023), section 4; multistep form as in Cosmos
// (NVIDIA, Apache-2.0). With CFG++ the unguided estimate takes the place of the noise (Chung et al. 2024).
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import type { Sampler, StochasticOptions } from './sampler.ts';
import { slope } from './slope.ts';

export interface ResMultistepOptions extends StochasticOptions {
  readonly isCfgPlusPlus?: boolean;
}

/** @param options `eta` is 0 by default */
export function resMultistep({ eta = 0, sNoise = 1, isCfgPlusPlus = false }: ResMultistepOptions = {}): Sampler {
  return async (run, start) => {
    const { sigmas } = run;
    let x = start;
    let previous: { readonly estimate: Float32Array; readonly down: number } | undefined;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const both = isCfgPlusPlus ? await run.denoiseBoth(x, sigma) : undefined;
      const denoised = both === undefined ? await run.denoise(x, sigma) : both.guided;
      const estimate = both === undefined ? denoised : both.unconditional;
      run.report(i, x, denoised);
      const { down, up } = ancestralStep(sigma, sigmas[i + 1]!, eta, false);
      if (down === 0 || previous === undefined) {
        // Euler; with CFG++ from the guided estimate along the unguided noise.
        x = weightedSum([1, denoised], [down, slope(x, estimate, sigma)]);
      } else {
        const h = Math.log(sigma / down);
        const c2 = Math.log(previous.down / sigmas[i - 1]!) / h;
        const { phi1, phi2 } = phiFunctions(-h);
        const [b1, b2] = [finite(phi1 - phi2 / c2), finite(phi2 / c2)];
        const shifted = both === undefined ? x : weightedSum([1, x], [1, denoised], [-1, estimate]);
        x = weightedSum([Math.exp(-h), shifted], [h * b1, estimate], [h * b2, previous.estimate]);
      }
      if (up > 0) x = weightedSum([1, x], [up * sNoise, run.nextNoise()]);
      previous = { estimate, down };
    }
    return x;
  };
}

/** (e^z - 1) / z and (phi1 - 1) / z */
function phiFunctions(z: number): { phi1: number; phi2: number } {
  const phi1 = Math.expm1(z) / z;
  return { phi1, phi2: (phi1 - 1) / z };
}

/** Equal sigmas make the weights infinite; their step is empty then. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

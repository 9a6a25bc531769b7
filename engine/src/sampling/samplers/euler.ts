// Euler's method on the probability flow ODE, and its ancestral variant, which adds noise in every step. Karras et al.,
// "Elucidating the Design Space of Diffusion-Based Generative Models" (2022); ancestral: Song et al., "Denoising
// Diffusion Implicit Models" (2020) in k-diffusion's form. DDIM itself equals Euler in these variables.
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import type { Sampler, SamplerRun, StochasticOptions } from './sampler.ts';
import { slope } from './slope.ts';

export async function euler(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const denoised = await run.denoise(x, sigmas[i]!);
    run.report(i, x, denoised);
    x = weightedSum([1, x], [sigmas[i + 1]! - sigmas[i]!, slope(x, denoised, sigmas[i]!)]);
  }
  return x;
}

export function eulerAncestral({ eta = 1, sNoise = 1 }: StochasticOptions = {}): Sampler {
  return async (run, start) => {
    const { sigmas, isFlow } = run;
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const sigmaNext = sigmas[i + 1]!;
      const denoised = await run.denoise(x, sigma);
      run.report(i, x, denoised);
      const { down, up, signal } = ancestralStep(sigma, sigmaNext, eta, isFlow);
      x = weightedSum([1, x], [down - sigma, slope(x, denoised, sigma)]);
      if (sigmaNext > 0) x = weightedSum([signal, x], [up * sNoise, run.nextNoise()]);
    }
    return x;
  };
}

// DPM-Solver++(2M): second-order multistep in lambda = -log(sigma) with data prediction. Lu et al., "DPM-Solver++: Fast
// Solver for Guided Sampling of Diffusion Probabilistic Models" (2022), algorithm 2; the first step and the step to
// sigma 0 are of first order. Used as it is for flows too (as in k-diffusion, without the factor of the signal).
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerRun } from './sampler.ts';

export async function dpmpp2m(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  // Kept in 32 bits, as tensors would be; the ratio of levels is taken after the way through the logarithm.
  const lambdas = sigmas.map(sigma => -Math.log(sigma));
  const levels = lambdas.map(lambda => Math.exp(-lambda));
  let x = start;
  let previous: Float32Array | undefined;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const denoised = await run.denoise(x, sigmas[i]!);
    run.report(i, x, denoised);
    const h = Math.fround(lambdas[i + 1]! - lambdas[i]!);
    let estimate = denoised;
    if (previous !== undefined && sigmas[i + 1]! > 0) {
      // Extrapolated to the middle of the step.
      const share = h / (lambdas[i]! - lambdas[i - 1]!) / 2;
      estimate = weightedSum([1 + share, denoised], [-share, previous]);
    }
    x = weightedSum([levels[i + 1]! / levels[i]!, x], [-Math.expm1(-h), estimate]);
    previous = denoised;
  }
  return x;
}

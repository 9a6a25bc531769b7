// DPM-Solver++(2M): second-order multistep in lambda with data prediction. Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling of
// Diffusion Probabilistic Models" (2022), algorithm 2; first step and the step to sigma 0 are of first order.
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerRun } from './sampler.ts';

export async function dpmpp2m(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  let previous: Float32Array | undefined;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const sigma = sigmas[i]!;
    const sigmaNext = sigmas[i + 1]!;
    const denoised = await run.denoise(x, sigma);
    run.report(i, x, denoised);
    const ratio = sigmaNext / sigma;
    if (previous === undefined || sigmaNext === 0) {
      x = weightedSum([ratio, x], [1 - ratio, denoised]);
    } else {
      // Extrapolate the estimate to the middle of the step, by the ratio of this step and the last in lambda.
      const slope = Math.log(sigma / sigmaNext) / Math.log(sigmas[i - 1]! / sigma) / 2;
      x = weightedSum([ratio, x], [(1 - ratio) * (1 + slope), denoised], [(ratio - 1) * slope, previous]);
    }
    previous = denoised;
  }
  return x;
}

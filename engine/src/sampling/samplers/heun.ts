// Heun's second-order method: an Euler step to the next sigma, then the mean of the slopes at both ends; the last step,
// to sigma 0, is Euler's. Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022),
// algorithm 1.
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerRun } from './sampler.ts';
import { slope } from './slope.ts';

export async function heun(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const sigma = sigmas[i]!;
    const sigmaNext = sigmas[i + 1]!;
    const denoised = await run.denoise(x, sigma);
    run.report(i, x, denoised);
    const here = slope(x, denoised, sigma);
    const width = sigmaNext - sigma;
    const predicted = weightedSum([1, x], [width, here]);
    if (sigmaNext === 0) {
      x = predicted;
    } else {
      const there = slope(predicted, await run.denoise(predicted, sigmaNext), sigmaNext);
      x = weightedSum([1, x], [width / 2, here], [width / 2, there]);
    }
  }
  return x;
}

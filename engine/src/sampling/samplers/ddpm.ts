// The original ancestral sampler of denoising diffusion: mean and variance of the posterior. Ho et al., "Denoising
// Diffusion Probabilistic Models" (2020), algorithm 2, in its variance-preserving variables x / sqrt(1 + sigma^2).
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerRun } from './sampler.ts';
import { slope } from './slope.ts';

export async function ddpm(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const sigma = sigmas[i]!;
    const sigmaNext = sigmas[i + 1]!;
    const denoised = await run.denoise(x, sigma);
    run.report(i, x, denoised);
    const remaining = 1 / (1 + sigma ** 2);
    const remainingNext = 1 / (1 + sigmaNext ** 2);
    const alpha = remaining / remainingNext;
    const noise = slope(x, denoised, sigma);
    const mean = [
      [Math.sqrt(remaining / alpha), x],
      [-(1 - alpha) / Math.sqrt(alpha * (1 - remaining)), noise],
    ] as const;
    const scale = Math.sqrt(1 + sigmaNext ** 2);
    x = weightedSum([mean[0][0] * scale, x], [mean[1][0] * scale, noise]);
    if (sigmaNext > 0) {
      const deviation = Math.sqrt(((1 - alpha) * (1 - remainingNext)) / (1 - remaining));
      x = weightedSum([1, x], [deviation * scale, run.nextNoise()]);
    }
  }
  return x;
}

// Heun's second-order method. Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), algorithm 1:
// an Euler step to the next sigma, then the mean of the slopes at both ends. The last step, to sigma 0, is Euler's.
import { weightedSum } from '../weighted-sum.ts';
import { moveTo } from './euler.ts';
import type { SamplerRun } from './sampler.ts';

export async function heun(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const sigma = sigmas[i]!;
    const sigmaNext = sigmas[i + 1]!;
    const denoised = await run.denoise(x, sigma);
    run.report(i, x, denoised);
    const predicted = moveTo(sigmaNext, x, denoised, sigma);
    if (sigmaNext === 0) {
      x = predicted;
      continue;
    }
    const denoisedNext = await run.denoise(predicted, sigmaNext);
    x = averageSlopes(x, sigma, denoised, predicted, sigmaNext, denoisedNext);
  }
  return x;
}

/** x + (sigmaNext - sigma) * (d + dNext) / 2 with the slopes d = (x - denoised) / sigma. */
function averageSlopes(
  x: Float32Array,
  sigma: number,
  denoised: Float32Array,
  predicted: Float32Array,
  sigmaNext: number,
  denoisedNext: Float32Array,
): Float32Array {
  const half = (sigmaNext - sigma) / 2;
  const here = half / sigma;
  const there = half / sigmaNext;
  return weightedSum([1 + here, x], [-here, denoised], [there, predicted], [-there, denoisedNext]);
}

// Heun++ (heunpp2): the slope of a step is a mean of the slopes at this and the next two sigmas, weighted so that a
// later slope counts by its share of the highest noise level: 1/n * sigma / sigma_0, the first takes the rest. The last
// step but one uses two slopes, the last one. There is no paper; its author's code: Carzit/sd-webui-samplers-scheduler
// (MIT), 2023. Checked against the golden data.
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerRun } from './sampler.ts';
import { slope } from './slope.ts';

export async function heunPlusPlus(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  const last = sigmas.length - 1;
  let x = start;
  for (let i = 0; i < last; i++) {
    const sigma = sigmas[i]!;
    const denoised = await run.denoise(x, sigma);
    run.report(i, x, denoised);
    const slopes = [slope(x, denoised, sigma)];
    let ahead = x;
    const count = Math.min(3, last - i);
    for (let k = 1; k < count; k++) {
      ahead = weightedSum([1, ahead], [sigmas[i + k]! - sigmas[i + k - 1]!, slopes[k - 1]!]);
      slopes.push(slope(ahead, await run.denoise(ahead, sigmas[i + k]!), sigmas[i + k]!));
    }
    const later = slopes.slice(1).map((_, k) => sigmas[i + k + 1]! / (count * sigmas[0]!));
    const weights = [1 - later.reduce((sum, weight) => sum + weight, 0), ...later];
    const width = sigmas[i + 1]! - sigma;
    x = weightedSum([1, x], ...slopes.map((values, k) => [width * weights[k]!, values] as const));
  }
  return x;
}

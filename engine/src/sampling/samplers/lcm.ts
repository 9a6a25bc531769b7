// Latent consistency sampling: jump to the estimate of the clean latent, add noise for the next level. Luo et al.,
// "Latent Consistency Models" (2023), algorithm 3.
import { weightedSum } from '../weighted-sum.ts';
import { signalScale } from './half-log-snr.ts';
import type { SamplerRun } from './sampler.ts';

export async function lcm(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas, isFlow } = run;
  let x = start;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const sigmaNext = sigmas[i + 1]!;
    const denoised = await run.denoise(x, sigmas[i]!);
    run.report(i, x, denoised);
    x =
      sigmaNext > 0 ? weightedSum([signalScale(sigmaNext, isFlow), denoised], [sigmaNext, run.nextNoise()]) : denoised;
  }
  return x;
}

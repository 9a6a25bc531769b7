// DPM-Solver++(2S), ancestral: an estimate in the middle of lambda, then the whole step with it, then fresh noise. Lu
// et al., "DPM-Solver++" (2022), algorithm 1; ancestral as in k-diffusion.
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import { halfLogSnr, sigmaOfHalfLogSnr } from './half-log-snr.ts';
import type { Sampler, StochasticOptions } from './sampler.ts';

/** The middle is not taken closer than this to the start of a flow, where lambda is infinite. */
const latestFlowMiddle = 0.9999;

export function dpmpp2sAncestral({ eta = 1, sNoise = 1 }: StochasticOptions = {}): Sampler {
  return async (run, start) => {
    const { sigmas, isFlow } = run;
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const sigmaNext = sigmas[i + 1]!;
      const denoised = await run.denoise(x, sigma);
      run.report(i, x, denoised);
      const { down, up, signal } = ancestralStep(sigma, sigmaNext, eta, isFlow);
      if (down === 0) {
        x = denoised;
        continue;
      }
      const middle = middleOf(sigma, down, isFlow);
      const between = weightedSum([middle / sigma, x], [1 - middle / sigma, denoised]);
      const denoisedMiddle = await run.denoise(between, middle);
      x = weightedSum([down / sigma, x], [1 - down / sigma, denoisedMiddle]);
      if (sigmaNext > 0) x = weightedSum([signal, x], [up * sNoise, run.nextNoise()]);
    }
    return x;
  };
}

function middleOf(sigma: number, down: number, isFlow: boolean): number {
  if (isFlow && sigma >= 1) return latestFlowMiddle;
  return sigmaOfHalfLogSnr((halfLogSnr(sigma, isFlow) + halfLogSnr(down, isFlow)) / 2, isFlow);
}

// DPM-Solver++ SDE, single step of second order: an estimate at an intermediate point of lambda, then the whole step
// with it; both add the noise that a Brownian motion has there. Lu et al., "DPM-Solver++" (2022); Gonzalez et al.,
// "SEEDS" (2023) for the stochastic form; k-diffusion.
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import { halfLogSnr, sigmaOfHalfLogSnr, sigmasOfFiniteSnr, signalScale } from './half-log-snr.ts';
import type { Sampler, SamplerRun, StochasticOptions } from './sampler.ts';

export interface DpmppSdeOptions extends StochasticOptions {
  /** Place of the intermediate point, a share of the step in lambda; default 1/2. */
  readonly r?: number;
}

export function dpmppSde({ eta = 1, sNoise = 1, r = 1 / 2 }: DpmppSdeOptions = {}): Sampler {
  return async (run, start) => {
    const sigmas = sigmasOfFiniteSnr(run);
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const sigmaNext = sigmas[i + 1]!;
      const denoised = await run.denoise(x, sigma);
      run.report(i, x, denoised);
      if (sigmaNext === 0) {
        x = denoised;
        continue;
      }
      const lambda = halfLogSnr(sigma, run.isFlow);
      const middle = sigmaOfHalfLogSnr(lambda + r * (halfLogSnr(sigmaNext, run.isFlow) - lambda), run.isFlow);
      const between = stochasticStep(run, x, denoised, sigma, middle, eta, sNoise);
      const denoisedMiddle = await run.denoise(between, middle);
      const weight = 1 / (2 * r);
      const estimate = weightedSum([1 - weight, denoised], [weight, denoisedMiddle]);
      x = stochasticStep(run, x, estimate, sigma, sigmaNext, eta, sNoise);
    }
    return x;
  };
}

/** First-order step from `sigma` to `to` with the ancestral share of Brownian noise. */
function stochasticStep(
  run: SamplerRun,
  x: Float32Array,
  denoised: Float32Array,
  sigma: number,
  to: number,
  eta: number,
  sNoise: number,
): Float32Array {
  const { isFlow } = run;
  const signal = signalScale(sigma, isFlow);
  const signalTo = signalScale(to, isFlow);
  // The ancestral split is made in noise per signal, where a flow looks like a growing variance.
  const { down, up } = ancestralStep(sigma / signal, to / signalTo, eta, false);
  const ratio = down / (sigma / signal);
  const noise = run.brownianNoise(sigma, to);
  return weightedSum(
    [(signalTo / signal) * ratio, x],
    [signalTo * (1 - ratio), denoised],
    [signalTo * up * sNoise, noise],
  );
}

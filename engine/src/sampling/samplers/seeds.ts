// SEEDS-2 and SEEDS-3: exponential SDE solvers of single-step type with data prediction. The step is divided at fixed
// shares of lambda; each part adds noise, and the noise of earlier parts decays into the later ones. Gonzalez et al.,
// "SEEDS: Exponential SDE Solvers for Fast High-Quality Sampling from Diffusion Models" (2023), algorithms 2 and 3.
import { type Term, weightedSum } from '../weighted-sum.ts';
import { halfLogSnr, sigmaOfHalfLogSnr, sigmasOfFiniteSnr, signalScale } from './half-log-snr.ts';
import type { Sampler, SamplerRun, StochasticOptions } from './sampler.ts';

interface SeedsMethod {
  /** Ends of the parts, shares of the step in lambda; the last is 1. */
  readonly shares: readonly number[];
  /** Weight of the change between the first estimate and that at `last`; `width` is (1 + eta) * h up to `share`. */
  readonly changeWeight: (share: number, last: number, width: number) => number;
}

const method2: SeedsMethod = {
  shares: [1 / 2, 1],
  changeWeight: (_, last, width) => -Math.expm1(-width) / (2 * last),
};

const method3: SeedsMethod = {
  shares: [1 / 3, 2 / 3, 1],
  changeWeight: (share, last, width) => (share / last) * (1 + Math.expm1(-width) / width),
};

export function seeds2(options?: StochasticOptions): Sampler {
  return seeds(method2, options);
}

export function seeds3(options?: StochasticOptions): Sampler {
  return seeds(method3, options);
}

function seeds(method: SeedsMethod, { eta = 1, sNoise = 1 }: StochasticOptions = {}): Sampler {
  return async (run, start) => {
    const sigmas = sigmasOfFiniteSnr(run);
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const denoised = await run.denoise(x, sigmas[i]!);
      run.report(i, x, denoised);
      x =
        sigmas[i + 1] === 0
          ? denoised
          : await step(run, x, denoised, sigmas[i]!, sigmas[i + 1]!, method, { eta, sNoise });
    }
    return x;
  };
}

async function step(
  run: SamplerRun,
  x: Float32Array,
  denoised: Float32Array,
  sigma: number,
  sigmaNext: number,
  { shares, changeWeight }: SeedsMethod,
  { eta, sNoise }: Required<StochasticOptions>,
): Promise<Float32Array> {
  const lambda = halfLogSnr(sigma, run.isFlow);
  const h = halfLogSnr(sigmaNext, run.isFlow) - lambda;
  let [result, last, level] = [x, 0, sigma];
  let noise: Float32Array = new Float32Array(x.length);
  for (const share of shares) {
    const estimate = last === 0 ? denoised : await run.denoise(result, level);
    level = share === 1 ? sigmaNext : sigmaOfHalfLogSnr(lambda + share * h, run.isFlow);
    const width = share * h * (1 + eta);
    const signal = signalScale(level, run.isFlow);
    const terms: Term[] = [
      [(level / sigma) * Math.exp(-share * h * eta), x],
      [-signal * Math.expm1(-width), denoised],
    ];
    if (last > 0) {
      const weight = signal * changeWeight(share, last, width);
      terms.push([weight, estimate], [-weight, denoised]);
    }
    if (eta > 0 && sNoise > 0) {
      noise = decayed(noise, run.nextNoise(), (share - last) * h * eta);
      terms.push([level * sNoise, noise]);
    }
    result = weightedSum(...terms);
    last = share;
  }
  return result;
}

/** Unit noise after a further part: what is left of the old and what is new. */
function decayed(old: Float32Array, fresh: Float32Array, width: number): Float32Array {
  return weightedSum([Math.exp(-width), old], [Math.sqrt(-Math.expm1(-2 * width)), fresh]);
}

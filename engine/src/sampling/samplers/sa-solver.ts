// SA-Solver: stochastic Adams predictor and corrector in lambda with data prediction. Xue et al., "SA-Solver:
// Stochastic Adams Solver for Fast Sampling of Diffusion Models" (2023), equations 14 to 18; tau is the amount of
// stochasticity (0: ODE, 1: reverse-time SDE).
import { weightedSum } from '../weighted-sum.ts';
import { exponentialAdamsWeights, secondOrderWeights } from './exponential-adams.ts';
import { halfLogSnr, sigmasOfFiniteSnr, signalScale } from './half-log-snr.ts';
import type { Sampler, SamplerRun, StochasticOptions } from './sampler.ts';

export interface SaSolverOptions extends StochasticOptions {
  /** Noise (tau = eta) is added in this part of the denoising, default 0.2 to 0.8. */
  readonly startPercent?: number;
  readonly endPercent?: number;
  /** 1 to 6, default 3. */
  readonly predictorOrder?: number;
  /** 1 to 6, default 4; 0 = no corrector. */
  readonly correctorOrder?: number;
  /** Evaluate again after the correction (PECE). */
  readonly evaluatesTwice?: boolean;
  /** The paper's simpler weights for order 2 (appendix D), made for few steps. */
  readonly isSimpleOrder2?: boolean;
}

/** An evaluation: where and what. */
interface Node {
  readonly lambda: number;
  readonly denoised: Float32Array;
}

export function saSolver(options: SaSolverOptions = {}): Sampler {
  const { predictorOrder = 3, correctorOrder = 4, evaluatesTwice = false } = options;
  return async (run, start) => {
    const sigmas = sigmasOfFiniteSnr(run);
    const tauAt = tauOf(run, options);
    const endsAtZero = sigmas.at(-1) === 0;
    let nodes: readonly Node[] = [];
    let predicted = start;
    let step: StochasticStep | undefined;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const lambda = halfLogSnr(sigma, run.isFlow);
      let x = predicted;
      let denoised = await run.denoise(x, sigma);
      run.report(i, x, denoised);
      const remaining = endsAtZero ? sigmas.length - 1 - i : Number.POSITIVE_INFINITY;
      if (step !== undefined && correctorOrder > 0) {
        const order = Math.min(correctorOrder, nodes.length + 1, remaining);
        x = advance(step, [{ lambda, denoised }, ...nodes].slice(0, order), options);
        if (evaluatesTwice) denoised = await run.denoise(x, sigma);
      }
      if (sigmas[i + 1] === 0) return denoised;
      nodes = [{ lambda, denoised }, ...nodes].slice(0, Math.max(predictorOrder, correctorOrder));
      step = stepOf(run, x, sigma, sigmas[i + 1]!, tauAt(sigmas[i + 1]!), options.sNoise ?? 1);
      predicted = advance(step, nodes.slice(0, Math.min(predictorOrder, remaining - 1)), options);
    }
    return predicted;
  };
}

function tauOf(
  run: SamplerRun,
  { eta = 1, startPercent = 0.2, endPercent = 0.8 }: SaSolverOptions,
): (sigma: number) => number {
  const highest = run.percentToSigma(startPercent);
  const lowest = run.percentToSigma(endPercent);
  return sigma => (eta > 0 && sigma <= highest && sigma >= lowest ? eta : 0);
}

/** What predictor and corrector of one step have in common. */
interface StochasticStep {
  readonly lambda: number;
  readonly h: number;
  readonly tau: number;
  /** Factor of the signal at the end of the step. */
  readonly signal: number;
  /** The old latent scaled, with the step's noise. */
  readonly base: Float32Array;
}

function stepOf(
  run: SamplerRun,
  x: Float32Array,
  sigma: number,
  sigmaNext: number,
  tau: number,
  sNoise: number,
): StochasticStep {
  const lambda = halfLogSnr(sigma, run.isFlow);
  const h = halfLogSnr(sigmaNext, run.isFlow) - lambda;
  const kept = (sigmaNext / sigma) * Math.exp(-(tau ** 2) * h);
  const amount = sigmaNext * Math.sqrt(-Math.expm1(-2 * tau ** 2 * h)) * sNoise;
  const base = tau > 0 && sNoise > 0 ? weightedSum([kept, x], [amount, run.nextNoise()]) : weightedSum([kept, x]);
  return { lambda, h, tau, signal: signalScale(sigmaNext, run.isFlow), base };
}

/** The end of the step with the estimates as a polynomial in lambda through `nodes`. */
function advance(
  { lambda, h, tau, signal, base }: StochasticStep,
  nodes: readonly Node[],
  { isSimpleOrder2 = false }: SaSolverOptions,
) {
  const places = nodes.map(node => node.lambda);
  const rate = 1 + tau ** 2;
  const weights =
    isSimpleOrder2 && nodes.length === 2
      ? secondOrderWeights(places, lambda, h, rate)
      : exponentialAdamsWeights(places, lambda, h, rate);
  return weightedSum([1, base], ...nodes.map(({ denoised }, i) => [signal * weights[i]!, denoised] as const));
}

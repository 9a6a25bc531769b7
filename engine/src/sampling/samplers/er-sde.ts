// ER-SDE: solvers for reverse-time SDEs whose amount of noise is chosen by a scaling function of lambda = sigma /
// signal, with Taylor terms up to third order. Cui et al., "Elucidating the Solution Space of Extended Reverse-Time SDE
// for Diffusion Models" (2023), algorithms 1 to 3; the scaling is the paper's SDE 5.
import { type Term, weightedSum } from '../weighted-sum.ts';
import { sigmasOfFiniteSnr, signalScale } from './half-log-snr.ts';
import type { Sampler } from './sampler.ts';

export interface ErSdeOptions {
  /** Factor of the added noise, default 1; 0 adds none. */
  readonly sNoise?: number;
  /** Highest order, 1 to 3 (default). */
  readonly maxOrder?: 1 | 2 | 3;
  /** How strongly the latent keeps its noise at a lambda: larger growth replaces more. Default: the paper's SDE 5. */
  readonly noiseScale?: (lambda: number) => number;
}

/** Points of the rectangle rule for the integrals over lambda. */
const points = 200;

export function erSdeNoiseScale(lambda: number): number {
  return lambda * (Math.exp(lambda ** 0.3) + 10);
}

/** Kinds of SDE that the solver covers, by the names that workflows use. */
export const erSdeVariants = ['ER-SDE', 'Reverse-time SDE', 'ODE'] as const;

export type ErSdeVariant = (typeof erSdeVariants)[number];

export interface ErSdeVariantOptions extends Pick<ErSdeOptions, 'sNoise' | 'maxOrder'> {
  /** Stochastic strength of the reverse-time SDE; the other kinds do not read it. */
  readonly eta: number;
}

/** The solver for one kind of SDE; without noise each of them solves the ODE. */
export function erSdeOf(variant: ErSdeVariant, { eta, ...options }: ErSdeVariantOptions): Sampler {
  if (variant === 'ODE') return erSde({ ...options, sNoise: 0, noiseScale: lambda => lambda });
  if (variant === 'Reverse-time SDE') return erSde({ ...options, noiseScale: lambda => lambda ** (eta + 1) });
  return erSde(options);
}

interface Change {
  readonly lambda: number;
  readonly denoised: Float32Array;
  /** First derivative of the estimate in lambda, once there are two estimates. */
  readonly derivative: Float32Array | undefined;
}

export function erSde({ sNoise = 1, maxOrder = 3, noiseScale = erSdeNoiseScale }: ErSdeOptions = {}): Sampler {
  return async (run, start) => {
    const sigmas = sigmasOfFiniteSnr(run);
    const lambdas = Array.from(sigmas, sigma => sigma / signalScale(sigma, run.isFlow));
    let x = start;
    let previous: Change | undefined;
    let earlier: Change | undefined;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const denoised = await run.denoise(x, sigmas[i]!);
      run.report(i, x, denoised);
      if (sigmas[i + 1] === 0) return denoised;
      const [lambda, lambdaNext] = [lambdas[i]!, lambdas[i + 1]!];
      const signal = signalScale(sigmas[i + 1]!, run.isFlow);
      const ratio = noiseScale(lambdaNext) / noiseScale(lambda);
      const derivative =
        previous && maxOrder >= 2
          ? differenceQuotient(denoised, previous.denoised, lambda - previous.lambda)
          : undefined;
      const terms: Term[] = [
        [(signal / signalScale(sigmas[i]!, run.isFlow)) * ratio, x],
        [signal * (1 - ratio), denoised],
      ];
      if (derivative !== undefined) {
        const { first, second } = taylorWeights(lambda, lambdaNext, noiseScale);
        terms.push([signal * first, derivative]);
        if (maxOrder >= 3 && previous?.derivative !== undefined && earlier !== undefined) {
          const bend = differenceQuotient(derivative, previous.derivative, (lambda - earlier.lambda) / 2);
          terms.push([signal * second, bend]);
        }
      }
      const variance = lambdaNext ** 2 - (lambda * ratio) ** 2;
      if (sNoise > 0) terms.push([signal * sNoise * Math.sqrt(Math.max(variance, 0)), run.nextNoise()]);
      x = weightedSum(...terms);
      earlier = previous;
      previous = { lambda, denoised, derivative };
    }
    return x;
  };
}

function differenceQuotient(a: Float32Array, b: Float32Array, distance: number): Float32Array {
  return weightedSum([1 / distance, a], [-1 / distance, b]);
}

/** Factors of the first and second derivative of the estimate. */
function taylorWeights(lambda: number, lambdaNext: number, noiseScale: (lambda: number) => number) {
  const width = lambdaNext - lambda;
  const pointWidth = -width / points;
  let [sum, moment] = [0, 0];
  for (let point = 0; point < points; point++) {
    const place = lambdaNext + point * pointWidth;
    sum += pointWidth / noiseScale(place);
    moment += (pointWidth * (place - lambda)) / noiseScale(place);
  }
  const scale = noiseScale(lambdaNext);
  return { first: width + sum * scale, second: width ** 2 / 2 + moment * scale };
}

// DPM-Solver++ SDE, multistep of second (2M) and third order (3M) in lambda, with Brownian noise. Lu et al.,
// "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models" (2022), section 4; stochastic forms
// by Katherine Crowson (k-diffusion).
import { type Term, weightedSum } from '../weighted-sum.ts';
import { halfLogSnr, sigmasOfFiniteSnr, signalScale } from './half-log-snr.ts';
import type { Sampler, StochasticOptions } from './sampler.ts';

/** Estimates and step widths in lambda, latest first. */
interface History {
  readonly estimates: readonly Float32Array[];
  readonly widths: readonly number[];
}

/** Terms that correct the first-order step; `width` is (1 + eta) * h. */
type Correction = (history: History, width: number) => readonly Term[];

export interface Dpmpp2mSdeOptions extends StochasticOptions {
  /** Where the second-order estimate is taken; default `midpoint`. */
  readonly solver?: 'midpoint' | 'heun';
}

export function dpmpp2mSde({ solver = 'midpoint', ...options }: Dpmpp2mSdeOptions = {}): Sampler {
  return multistepSde(options, ({ estimates: [current, previous], widths: [h, before] }, width) => {
    if (previous === undefined) return [];
    const gain = -Math.expm1(-width);
    const factor = (solver === 'heun' ? 1 - gain / width : gain / 2) * (h! / before!);
    return [
      [factor, current!],
      [-factor, previous],
    ];
  });
}

export function dpmpp3mSde(options: StochasticOptions = {}): Sampler {
  return multistepSde(options, ({ estimates, widths: [h, before, earlier] }, width) => {
    const [current, previous, oldest] = estimates;
    if (previous === undefined) return [];
    const phi2 = Math.expm1(-width) / width + 1;
    const phi3 = phi2 / width - 0.5;
    const r0 = before! / h!;
    // Divided differences of the estimates.
    const d0 = weightedSum([1 / r0, current!], [-1 / r0, previous]);
    if (oldest === undefined) return [[phi2, d0]];
    const r1 = earlier! / h!;
    const d1 = weightedSum([1 / r1, previous], [-1 / r1, oldest]);
    const bend = weightedSum([1, d0], [-1, d1]);
    return [
      [phi2, d0],
      [(phi2 * r0 - phi3) / (r0 + r1), bend],
    ];
  });
}

function multistepSde({ eta = 1, sNoise = 1 }: StochasticOptions, correction: Correction): Sampler {
  return async (run, start) => {
    const sigmas = sigmasOfFiniteSnr(run);
    let estimates: readonly Float32Array[] = [];
    let widths: readonly number[] = [];
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
      const h = halfLogSnr(sigmaNext, run.isFlow) - halfLogSnr(sigma, run.isFlow);
      estimates = [denoised, ...estimates].slice(0, 3);
      widths = [h, ...widths].slice(0, 3);
      const width = h * (1 + eta);
      const signal = signalScale(sigmaNext, run.isFlow);
      const corrections = correction({ estimates, widths }, width);
      x = weightedSum(
        [(sigmaNext / sigma) * Math.exp(-eta * h), x],
        [-signal * Math.expm1(-width), denoised],
        ...corrections.map(([factor, values]): Term => [signal * factor, values]),
      );
      if (eta > 0 && sNoise > 0) {
        const amount = sigmaNext * Math.sqrt(-Math.expm1(-2 * eta * h)) * sNoise;
        x = weightedSum([1, x], [amount, run.brownianNoise(sigma, sigmaNext)]);
      }
    }
    return x;
  };
}

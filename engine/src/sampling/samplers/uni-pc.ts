// UniPC: a predictor and a corrector of the same order that share their evaluations, so that a step costs one. Zhao et
// al., "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models" (2023), algorithms 5 and
// 6 (multistep, data prediction), written for x = latent + sigma * noise with lambda = -log(sigma).
import { type Term, weightedSum } from '../weighted-sum.ts';
import type { Sampler, SamplerRun } from './sampler.ts';

/** B(h) of the paper: bh1 is h, bh2 is e^h - 1. */
export type UniPcVariant = 'bh1' | 'bh2';

interface Evaluation {
  readonly lambda: number;
  readonly denoised: Float32Array;
}

const highestOrder = 3;
const f32 = Math.fround;
/** Stands for sigma 0, whose lambda is infinite. */
export const uniPcLastSigma = 0.001;

export function uniPc(variant: UniPcVariant): Sampler {
  return async (run, start) => {
    const sigmas = run.sigmas.map(sigma => (sigma === 0 ? uniPcLastSigma : sigma));
    const levels = Array.from(sigmas, effectiveLevel);
    const steps = sigmas.length - 1;
    const order = Math.max(1, Math.min(highestOrder, steps - 1));
    const history: Evaluation[] = [await evaluate(run, 0, start, sigmas[0]!)];
    let x = start;
    for (let step = 1; step <= steps; step++) {
      const sigmaNext = sigmas[step]!;
      const stepOrder = Math.min(order, step, steps + 1 - step);
      const basis = stepBasis(x, levels[step - 1]!, levels[step]!, history.slice(-stepOrder), variant);
      x = predict(basis);
      if (step === steps) break;
      history.push(await evaluate(run, step, x, sigmaNext));
      x = correct(basis, history.at(-1)!.denoised);
      if (history.length > highestOrder) history.shift();
    }
    return x;
  };
}

/**
 * The published solver works with variance-preserving latents, and takes the deviation of their noise from that of
 * their signal. In 32 bits little is left of a small one: 0.001 becomes 0.000977. Pictures depend on it.
 */
function effectiveLevel(sigma: number): number {
  const logSignal = f32(f32(Math.log(f32(1 / f32(f32(sigma ** 2) + 1)))) / 2);
  const variance = f32(1 - f32(Math.exp(2 * logSignal)));
  return f32(Math.sqrt(variance)) / f32(Math.exp(logSignal));
}

async function evaluate(run: SamplerRun, step: number, x: Float32Array, sigma: number): Promise<Evaluation> {
  const denoised = await run.denoise(x, sigma);
  run.report(step, x, denoised);
  return { lambda: -Math.log(effectiveLevel(sigma)), denoised };
}

interface StepBasis {
  /** The step of first order, which predictor and corrector refine. */
  readonly firstOrder: readonly Term[];
  /** Latest estimate. */
  readonly current: Float32Array;
  /** Earlier estimates with their place r = (lambda_i - lambda_0) / h, latest first. */
  readonly earlier: readonly { readonly r: number; readonly denoised: Float32Array }[];
  /** -B(h) */
  readonly scale: number;
  /** Right-hand sides of the order conditions. */
  readonly conditions: readonly number[];
}

function stepBasis(
  x: Float32Array,
  sigma: number,
  sigmaNext: number,
  history: readonly Evaluation[],
  variant: UniPcVariant,
): StepBasis {
  const current = history.at(-1)!;
  const h = -Math.log(sigmaNext) - current.lambda;
  const first = Math.expm1(-h);
  const bh = variant === 'bh1' ? -h : first;
  const conditions: number[] = [];
  let phi = first / -h - 1;
  let factorial = 1;
  for (let i = 1; i <= history.length; i++) {
    conditions.push((phi * factorial) / bh);
    factorial *= i + 1;
    phi = phi / -h - 1 / factorial;
  }
  return {
    firstOrder: [
      [sigmaNext / sigma, x],
      [-first, current.denoised],
    ],
    current: current.denoised,
    earlier: history
      .slice(0, -1)
      .reverse()
      .map(({ lambda, denoised }) => ({ r: (lambda - current.lambda) / h, denoised })),
    scale: -bh,
    conditions,
  };
}

function predict({ firstOrder, current, earlier, scale, conditions }: StepBasis): Float32Array {
  if (earlier.length === 0) return weightedSum(...firstOrder);
  // The paper's simplification for order 2.
  const rhos =
    earlier.length === 1
      ? [0.5]
      : orderCoefficients(
          earlier.map(({ r }) => r),
          conditions.slice(0, -1),
        );
  return weightedSum(...firstOrder, ...differences(current, earlier, rhos, scale));
}

function correct(
  { firstOrder, current, earlier, scale, conditions }: StepBasis,
  denoisedNext: Float32Array,
): Float32Array {
  const places = [...earlier.map(({ r }) => r), 1];
  const rhos = places.length === 1 ? [0.5] : orderCoefficients(places, conditions);
  const all = [...earlier, { r: 1, denoised: denoisedNext }];
  return weightedSum(...firstOrder, ...differences(current, all, rhos, scale));
}

/** scale * sum of rho_i * (denoised_i - current) / r_i */
function differences(
  current: Float32Array,
  others: StepBasis['earlier'],
  rhos: readonly number[],
  scale: number,
): readonly Term[] {
  const factors = others.map(({ r }, i) => (scale * rhos[i]!) / r);
  const total = factors.reduce((sum, factor) => sum + factor, 0);
  return [[-total, current], ...others.map(({ denoised }, i): Term => [factors[i]!, denoised])];
}

/** Solves the Vandermonde system sum_j rho_j * r_j^(i-1) = condition_i by Gaussian elimination. */
function orderCoefficients(places: readonly number[], conditions: readonly number[]): number[] {
  const size = places.length;
  const rows = conditions.map((condition, i) => [...places.map(place => place ** i), condition]);
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}

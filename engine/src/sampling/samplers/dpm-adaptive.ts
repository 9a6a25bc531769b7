// DPM-Solver with adaptive steps: two orders are compared, and a PID controller chooses the width in lambda so that
// their difference stays within the tolerances. Lu et al., "DPM-Solver" (2022), appendix C; controller: Söderlind,
// "Digital Filters in Adaptive Time-Stepping" (2003), as in k-diffusion. The given sigmas set just the ends.
import { EngineError } from '../../errors.ts';
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import { DpmSolverStep, lambdaRange, levelOf } from './dpm-solver-step.ts';
import type { Sampler, StochasticOptions } from './sampler.ts';

export interface DpmAdaptiveOptions extends StochasticOptions {
  /** 2 or 3 (default). */
  readonly order?: 2 | 3;
  /** Allowed difference, relative (default 0.05) and absolute (default 0.0078). */
  readonly rtol?: number;
  readonly atol?: number;
  /** First step width in lambda, default 0.05. */
  readonly hInit?: number;
  /** Proportional (default 0), integral (1) and derivative (0) part of the controller. */
  readonly pCoefficient?: number;
  readonly iCoefficient?: number;
  readonly dCoefficient?: number;
  /** A step whose width would shrink below this share is repeated; default 0.81. */
  readonly acceptSafety?: number;
}

const lambdaTolerance = 1e-5;
/** Steps and repetitions after which the tolerances count as unreachable. */
const mostAttempts = 10_000;
const f32 = Math.fround;

/** @param options `eta` is 0 by default */
export function dpmAdaptive(options: DpmAdaptiveOptions = {}): Sampler {
  const { order = 3, rtol = 0.05, atol = 0.0078, eta = 0, sNoise = 1 } = options;
  return async (run, start) => {
    const { from, to } = lambdaRange(run.sigmas);
    const width = new StepWidth(options, eta > 0 ? 1.5 : order);
    let lambda = from;
    let x = start;
    let previous = start;
    for (let attempt = 0; lambda < to - lambdaTolerance; attempt++) {
      const next = f32(Math.min(to, lambda + width.h));
      // Not `next <= lambda`: a width that is no number must end here, too.
      if (!(next > lambda) || attempt >= mostAttempts) throw stuck(lambda, attempt);
      const { target, up } = noiseSplit(lambda, next, to, eta);
      const denoised = await run.denoise(x, levelOf(lambda));
      const { low, high } = await bothOrders(order, DpmSolverStep.from(run, x, denoised, lambda, target));
      if (width.accepts(differenceNorm(low, high, previous, rtol, atol))) {
        previous = low;
        x = up > 0 ? weightedSum([1, high], [up * sNoise, run.nextNoise()]) : high;
        lambda = next;
      }
      run.report(attempt, x, denoised);
    }
    return x;
  };
}

function stuck(lambda: number, attempts: number): EngineError {
  return new EngineError('STEP_WIDTH_STUCK', { sigma: levelOf(lambda), attempts });
}

/** With eta the step goes further down and noise brings it back. */
function noiseSplit(lambda: number, next: number, last: number, eta: number): { target: number; up: number } {
  if (eta === 0) return { target: next, up: 0 };
  const { down } = ancestralStep(levelOf(lambda), levelOf(next), eta, false);
  const target = f32(Math.min(last, -Math.log(down)));
  return { target, up: Math.sqrt(levelOf(next) ** 2 - levelOf(target) ** 2) };
}

async function bothOrders(order: 2 | 3, step: DpmSolverStep) {
  if (order === 2) return { low: step.first(), high: await step.second() };
  return { low: await step.second(1 / 3), high: await step.third() };
}

/** Root mean square of the difference relative to what is allowed; 1 is the limit. */
function differenceNorm(
  low: Float32Array,
  high: Float32Array,
  previous: Float32Array,
  rtol: number,
  atol: number,
): number {
  let sum = 0;
  for (let i = 0; i < low.length; i++) {
    const allowed = Math.max(atol, rtol * Math.max(Math.abs(low[i]!), Math.abs(previous[i]!)));
    sum += (f32(low[i]! - high[i]!) / allowed) ** 2;
  }
  return Math.sqrt(sum / low.length);
}

/** PID controller of the step width. */
class StepWidth {
  h: number;
  readonly #exponents: readonly [number, number, number];
  readonly #acceptSafety: number;
  /** Inverse errors of this and the last two accepted steps. */
  #inverses: readonly [number, number, number] | undefined;

  constructor(options: DpmAdaptiveOptions, order: number) {
    const { pCoefficient: p = 0, iCoefficient: i = 1, dCoefficient: d = 0 } = options;
    this.h = options.hInit ?? 0.05;
    this.#exponents = [(p + i + d) / order, -(p + 2 * d) / order, d / order];
    this.#acceptSafety = options.acceptSafety ?? 0.81;
  }

  /** Adapts the width to an error; true when the step may stand. */
  accepts(error: number): boolean {
    const inverse = 1 / (error + 1e-8);
    const [, last, earlier] = this.#inverses ?? [inverse, inverse, inverse];
    const [b1, b2, b3] = this.#exponents;
    const factor = 1 + Math.atan(inverse ** b1 * last ** b2 * earlier ** b3 - 1);
    const isAccepted = factor >= this.#acceptSafety;
    this.#inverses = isAccepted ? [inverse, inverse, last] : [inverse, last, earlier];
    this.h *= factor;
    return isAccepted;
  }
}

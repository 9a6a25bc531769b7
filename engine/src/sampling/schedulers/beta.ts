// Table positions at the quantiles of a beta distribution: more steps at both ends. Lee et al., "Beta Sampling is All
// You Need" (2024), with alpha = beta = 0.6. Equal positions are dropped, so the result may be shorter than asked.
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { betaQuantile } from './beta-distribution.ts';
import { appendZero } from './linspace.ts';
import { roundHalfToEven } from './round-half-to-even.ts';

export function beta(schedule: NoiseSchedule, steps: number): Float32Array {
  return betaSigmas(schedule, steps, 0.6, 0.6);
}

/** The same with other shape parameters, both positive. */
export function betaSigmas({ sigmas }: NoiseSchedule, steps: number, shapeA: number, shapeB: number): Float32Array {
  const last = sigmas.length - 1;
  const picked: number[] = [];
  let previous = -1;
  for (let i = 0; i < steps; i++) {
    const position = roundHalfToEven(betaQuantile(1 - i / steps, shapeA, shapeB) * last);
    if (position !== previous) picked.push(sigmas[position]!);
    previous = position;
  }
  return appendZero(picked);
}

// Small even steps over the first half, then quadratically growing ones. Polyak et al., "Movie Gen" (2024), section
// 3.4.2; the form published with Mochi 1 (Genmo, Apache-2.0), scaled to the model's highest sigma.
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';

/** Share of the noise that the first half of the steps removes. */
const linearShare = 0.025;

export function linearQuadratic({ sigmaMax }: NoiseSchedule, steps: number): Float32Array {
  if (steps === 1) return Float32Array.of(sigmaMax, 0);
  const linearSteps = Math.floor(steps / 2);
  const quadraticSteps = steps - linearSteps;
  const slope = linearShare / linearSteps;
  const gap = linearSteps - linearShare * steps;
  const quadratic = gap / (linearSteps * quadraticSteps ** 2);
  const linear = slope - (2 * gap) / quadraticSteps ** 2;
  const removed = (i: number): number =>
    i < linearSteps ? i * slope : quadratic * i ** 2 + linear * i + quadratic * linearSteps ** 2;
  const sigmas = Float32Array.from({ length: steps + 1 }, (_, i) => Math.fround(1 - removed(i)) * sigmaMax);
  sigmas[steps] = 0;
  return sigmas;
}

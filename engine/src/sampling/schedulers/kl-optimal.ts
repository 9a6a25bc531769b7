// Evenly spaced in the arc tangent of sigma: optimal for a bound of the KL divergence in closed form. Sabour et al.,
// "Align Your Steps" (2024), theorem 3.1. One step has no spacing: 0 / 0 gives NaN as in the reference.
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { appendZero } from './linspace.ts';

const f32 = Math.fround;

export function klOptimal({ sigmaMin, sigmaMax }: NoiseSchedule, steps: number): Float32Array {
  const low = f32(Math.atan(sigmaMin));
  const high = f32(Math.atan(sigmaMax));
  const sigmas = Float32Array.from({ length: steps }, (_, i) => {
    const position = f32(i / (steps - 1));
    return Math.tan(f32(f32(position * low) + f32(f32(1 - position) * high)));
  });
  return appendZero(sigmas);
}

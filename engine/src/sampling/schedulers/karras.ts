// Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models" (2022), equation 5: evenly spaced
// in the rho-th root of sigma, which spends most steps at low noise.
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { appendZero, linspace } from './linspace.ts';

const f32 = Math.fround;

export function karras({ sigmaMin, sigmaMax }: NoiseSchedule, steps: number): Float32Array {
  return karrasSigmas(steps, sigmaMin, sigmaMax, 7);
}

/** The same between any two sigmas. */
export function karrasSigmas(steps: number, sigmaMin: number, sigmaMax: number, rho: number): Float32Array {
  const from = sigmaMax ** (1 / rho);
  const range = f32(sigmaMin ** (1 / rho) - from);
  return appendZero(linspace(0, 1, steps).map(ramp => f32(f32(from) + f32(ramp * range)) ** rho));
}

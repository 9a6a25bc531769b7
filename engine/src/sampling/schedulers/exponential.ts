// Evenly spaced in the logarithm of sigma (k-diffusion's exponential schedule).
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { appendZero, linspace } from './linspace.ts';

export function exponential({ sigmaMin, sigmaMax }: NoiseSchedule, steps: number): Float32Array {
  return exponentialSigmas(steps, sigmaMin, sigmaMax);
}

/** The same between any two sigmas. */
export function exponentialSigmas(steps: number, sigmaMin: number, sigmaMax: number): Float32Array {
  return appendZero(linspace(Math.log(sigmaMax), Math.log(sigmaMin), steps).map(Math.exp));
}

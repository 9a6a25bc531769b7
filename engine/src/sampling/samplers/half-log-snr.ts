// Time variable of exponential integrators: lambda = log(alpha / sigma), half the logarithm of the signal-to-noise
// ratio (Lu et al., "DPM-Solver", 2022). alpha, the factor of the signal, is 1 - sigma for rectified flow and 1
// otherwise.
import type { SamplerRun } from './sampler.ts';

const f32 = Math.fround;

/** Factor of the clean latent at `sigma`. */
export function signalScale(sigma: number, isFlow: boolean): number {
  return isFlow ? 1 - sigma : 1;
}

/** lambda of `sigma`; infinite at sigma 0 (and at sigma 1 of a flow). */
export function halfLogSnr(sigma: number, isFlow: boolean): number {
  return isFlow ? Math.log((1 - sigma) / sigma) : -Math.log(sigma);
}

/** Inverse of `halfLogSnr`, rounded as a tensor would be: intermediate sigmas address the Brownian tree. */
export function sigmaOfHalfLogSnr(lambda: number, isFlow: boolean): number {
  return f32(isFlow ? 1 / (1 + Math.exp(lambda)) : Math.exp(-lambda));
}

/** How far below the start (share of the denoising) a flow begins when its first sigma has no signal. */
const startOffset = 1e-4;

/** The run's sigmas with a first one of finite lambda: a flow that starts from pure noise starts a little later. */
export function sigmasOfFiniteSnr({ sigmas, isFlow, percentToSigma }: SamplerRun): Float32Array {
  if (!isFlow || sigmas[0]! < 1) return sigmas;
  const shifted = sigmas.slice();
  shifted[0] = percentToSigma(startOffset);
  return shifted;
}

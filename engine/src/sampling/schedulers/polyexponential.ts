// Polynomial in the logarithm of sigma (k-diffusion's polyexponential schedule): rho 1 is the exponential schedule, larger
// values spend more steps at low noise.
import { appendZero, linspace } from './linspace.ts';

const f32 = Math.fround;

/** `steps + 1` sigmas from `sigmaMax` to `sigmaMin` and 0. */
export function polyexponentialSigmas(steps: number, sigmaMin: number, sigmaMax: number, rho: number): Float32Array {
  const low = Math.log(sigmaMin);
  const range = Math.log(sigmaMax) - low;
  const ramp = linspace(1, 0, steps).map(position => position ** rho);
  return appendZero(ramp.map(share => Math.exp(f32(f32(share * f32(range)) + f32(low)))));
}

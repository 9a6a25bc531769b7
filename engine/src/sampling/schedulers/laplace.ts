// Noise levels whose logarithms follow a Laplace distribution: most of them lie around e^mu. Hang et al., "Improved Noise
// Schedule for Diffusion Training" (2024), table 1. Golden values end at `sigmaMin`; no zero is appended.
import { linspace } from './linspace.ts';

const f32 = Math.fround;

/** Keeps the logarithm finite at both ends. */
const margin = 1e-5;

export interface LaplaceShape {
  /** Centre, in the logarithm of sigma. */
  readonly mu: number;
  /** Width. */
  readonly beta: number;
}

/** `steps` sigmas within `sigmaMin` and `sigmaMax`, highest first. */
export function laplaceSigmas(
  steps: number,
  sigmaMin: number,
  sigmaMax: number,
  { mu, beta }: LaplaceShape,
): Float32Array {
  return linspace(0, 1, steps).map(position => {
    const offset = f32(0.5 - position);
    const quantile = f32(Math.log(f32(f32(1 - 2 * Math.abs(offset)) + margin)));
    const logSigma = f32(mu - f32(beta * Math.sign(offset) * quantile));
    return Math.min(Math.max(f32(Math.exp(logSigma)), sigmaMin), sigmaMax);
  });
}

// Noise levels of a continuous variance-preserving process, even in its time. Song et al., "Score-Based Generative
// Modeling through Stochastic Differential Equations" (2021), as in k-diffusion.
import { appendZero, linspace } from './linspace.ts';

export interface VariancePreservingProcess {
  /** Growth of the noise rate from time 0 to 1. */
  readonly betaD: number;
  /** Noise rate at time 0. */
  readonly betaMin: number;
  /** Last time before the noise is gone. */
  readonly lastTime: number;
}

/** `steps + 1` sigmas, the last 0. */
export function variancePreservingSigmas(
  steps: number,
  { betaD, betaMin, lastTime }: VariancePreservingProcess,
): Float32Array {
  const levels = Array.from(linspace(1, lastTime, steps), time =>
    Math.sqrt(Math.expm1((betaD * time ** 2) / 2 + betaMin * time)),
  );
  return appendZero(levels);
}

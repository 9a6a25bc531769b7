// Changes to lists of sigmas between a scheduler and a sampler. All of them give new lists; golden data, cases
// `node_SplitSigmas` to `node_ExtendIntermediateSigmas`.
import { roundHalfToEven } from './round-half-to-even.ts';

const f32 = Math.fround;

/** Lowest sigma a run can start from: a reversed schedule begins here instead of at 0. */
const lowestStart = 0.0001;

export interface SplitSigmas {
  readonly high: Float32Array;
  readonly low: Float32Array;
}

/** Both parts hold the sigma at `step`; beyond the end the low part is empty. */
export function splitSigmas(sigmas: Float32Array, step: number): SplitSigmas {
  return { high: sigmas.slice(0, step + 1), low: sigmas.slice(step) };
}

/**
 * Splits so that the low part has this share (0..1) of the steps. With no step left the high part is empty, as in the
 * reference.
 */
export function splitSigmasByDenoise(sigmas: Float32Array, denoise: number): SplitSigmas {
  const count = Math.max(sigmas.length - 1, 0);
  const lowSteps = roundHalfToEven(count * denoise);
  return {
    high: lowSteps === 0 ? new Float32Array(0) : sigmas.slice(0, Math.max(0, sigmas.length - lowSteps)),
    low: sigmas.slice(-(lowSteps + 1)),
  };
}

/** From low to high, for turning pictures into noise. */
export function flipSigmas(sigmas: Float32Array): Float32Array {
  const flipped = sigmas.slice().reverse();
  if (flipped[0] === 0) flipped[0] = lowestStart;
  return flipped;
}

export function withFirstSigma(sigmas: Float32Array, sigma: number): Float32Array {
  const changed = sigmas.slice();
  if (changed.length > 0) changed[0] = sigma;
  return changed;
}

/** How the new sigmas lie between two old ones: share of the way for an even position in 0..1. */
const spacings = {
  linear: (position: number) => position,
  cosine: (position: number) => Math.sin((position * Math.PI) / 2),
  sine: (position: number) => 1 - Math.cos((position * Math.PI) / 2),
} as const;

export type SigmaSpacing = keyof typeof spacings;

export const sigmaSpacings = Object.keys(spacings) as readonly SigmaSpacing[];

export interface ExtendOptions {
  /** Steps that take the place of one. */
  readonly steps: number;
  /** Steps that begin above this are left alone; below 0 none are. */
  readonly startAt: number;
  /** Steps that begin below this are left alone. */
  readonly endAt: number;
  readonly spacing: SigmaSpacing;
}

/** Divides each step that begins within the given sigmas into several. */
export function extendSigmas(sigmas: Float32Array, { steps, startAt, endAt, spacing }: ExtendOptions): Float32Array {
  const highest = startAt < 0 ? Number.POSITIVE_INFINITY : startAt;
  const shares = Array.from({ length: steps - 1 }, (_, i) => spacings[spacing](f32((i + 1) / steps)));
  const extended = Array.from(sigmas).flatMap((sigma, i) => {
    const next = sigmas[i + 1];
    if (next === undefined || sigma > highest || sigma < endAt) return [sigma];
    return [sigma, ...shares.map(share => f32(share * f32(next - sigma)) + sigma)];
  });
  return Float32Array.from(extended);
}

// Published lists of noise levels stretched to any number of steps: linear interpolation of their logarithms over evenly
// spaced places, as the authors of "Align Your Steps" propose (Sabour et al., 2024).

import { roundHalfToEven } from './round-half-to-even.ts';

/** `count` values from the first to the last of `levels`, both included. */
export function interpolateLogLinear(levels: readonly number[], count: number): number[] {
  const last = levels.length - 1;
  return Array.from({ length: count }, (_, i) => {
    const place = count > 1 ? (i * last) / (count - 1) : 0;
    const index = Math.min(Math.floor(place), last - 1);
    const [low, high] = [Math.log(levels[index]!), Math.log(levels[index + 1]!)];
    return Math.exp(low + (high - low) * (place - index));
  });
}

/**
 * The last steps of a list of levels: `denoise` below 1 keeps that share of them. The last sigma becomes 0.
 * @returns empty when `denoise` leaves no step.
 */
export function tableSigmas(levels: readonly number[], steps: number, denoise: number): Float32Array {
  const kept = denoise < 1 ? roundHalfToEven(steps * denoise) : steps;
  if (denoise <= 0) return new Float32Array(0);
  const all = levels.length === steps + 1 ? levels : interpolateLogLinear(levels, steps + 1);
  const sigmas = Float32Array.from(all.slice(-(kept + 1)));
  sigmas[sigmas.length - 1] = 0;
  return sigmas;
}

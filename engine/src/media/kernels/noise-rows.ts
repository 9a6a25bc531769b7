// Noise: a stream of random numbers has one order, so it is drawn at once; adding it goes by rows.
import { type Seed, SeededGenerator } from '../../tensor/seeded-generator.ts';

export interface DrawNormalsArgs {
  readonly target: Float32Array;
  readonly seed: Seed;
}

/** Fills the whole target; there is one row. */
export function drawNormals({ target, seed }: DrawNormalsArgs, first: number, last: number): void {
  for (let row = first; row < last; row++) target.set(new SeededGenerator(seed).normal(target.length));
}

export interface AddNoiseArgs {
  readonly source: Float32Array;
  readonly noise: Float32Array;
  readonly target: Float32Array;
  readonly strength: number;
  /** Values of a row. */
  readonly inner: number;
}

/** source + strength * noise, clipped to 0..1. */
export function addNoiseRows(args: AddNoiseArgs, first: number, last: number): void {
  const { source, noise, target, strength, inner } = args;
  for (let i = first * inner; i < last * inner; i++) {
    const value = source[i]! + strength * noise[i]!;
    target[i] = value < 0 ? 0 : Math.min(value, 1);
  }
}

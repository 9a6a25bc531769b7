// Pictures for tests: the same numbers every time, and nothing regular about them.

import { SeededGenerator } from '../src/tensor/seeded-generator.ts';
import type { Tensor } from '../src/tensor/tensor.ts';

/** Random values in 0..1, [batch, height, width, channels]. */
export function randomPicture(...dims: readonly [number, number, number, number]): Tensor {
  const length = dims.reduce((product, dim) => product * dim);
  return { data: new SeededGenerator(length).uniform(length), dims };
}

/** One value everywhere. */
export function flatPicture(value: number, ...dims: readonly [number, number, number, number]): Tensor {
  return { data: new Float32Array(dims.reduce((product, dim) => product * dim)).fill(value), dims };
}

// Grain: seeded normal noise over pictures, the noise of PyTorch's CPU generator.
import type { Seed } from '../tensor/seeded-generator.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { imageShape } from './image-shape.ts';
import { type PixelWork, pixelPass } from './pixel-work.ts';

export interface ImageNoiseOptions {
  readonly seed: Seed;
  /** Standard deviation of the noise. */
  readonly strength: number;
}

/** The same seed gives pictures of one size the same noise; the result is clipped to 0..1. */
export function imageNoiseWork(image: Tensor, { seed, strength }: ImageNoiseOptions): PixelWork<Tensor> {
  const { inner, rows } = imageShape(image);
  return {
    values: image.data.length,
    *steps(memory) {
      const noise = memory.floats(image.data.length);
      yield pixelPass('drawNormals', { target: noise, seed }, 1);
      const target = memory.floats(image.data.length);
      yield pixelPass('addNoiseRows', { source: image.data, noise, target, strength, inner }, rows);
      return { data: target, dims: image.dims };
    },
  };
}

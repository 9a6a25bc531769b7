// Canny's edges as white lines on black: luma, a 5 x 5 Gaussian blur with sigma 1, gradients, thinning, and weak edges kept only
// where they lead to strong ones. The steps and their conventions are in `kernels/canny-rows.ts`.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { blurred, gaussianWeights } from './blur-image.ts';
import { imageShape, requireChannels } from './image-shape.ts';
import { type PixelWork, pixelPass } from './pixel-work.ts';

export interface CannyOptions {
  /** Gradients above it are weak edges. */
  readonly low: number;
  /** Gradients above it are strong edges; not below `low`. */
  readonly high: number;
}

const BLUR_RADIUS = 2;
const BLUR_SIGMA = 1;

/**
 * Pictures [batch, height, width, 1 or 3] to [batch, height, width, 3] of zeros and ones.
 * @throws EngineError INVALID_ARGUMENT for other channels, sides below 3 pixels, and thresholds in the wrong order.
 */
export function cannyWork(image: Tensor, { low, high }: CannyOptions): PixelWork<Tensor> {
  const shape = imageShape(image);
  requireChannels(shape, 1, 3);
  if (!(low <= high)) {
    const details = { name: 'low_threshold', expected: `at most high_threshold (${high})`, actual: low };
    throw new EngineError('INVALID_ARGUMENT', details);
  }
  const { batch, width, height, channels, rows } = shape;
  const weights = gaussianWeights(shape, BLUR_RADIUS, 1, BLUR_SIGMA);
  return {
    values: image.data.length,
    *steps(memory) {
      const size = { width, height };
      const luma = memory.floats(rows * width);
      yield pixelPass('lumaRows', { source: image.data, target: luma, width, channels }, rows);
      const source = yield* blurred(memory, luma, { ...shape, channels: 1 }, weights);
      const magnitude = memory.floats(luma.length);
      const direction = memory.bytes(luma.length);
      yield pixelPass('gradientRows', { ...size, source, magnitude, direction }, rows);
      const edges = memory.bytes(luma.length);
      yield pixelPass('thinRows', { ...size, magnitude, direction, edges, low, high }, rows);
      const data = memory.floats(luma.length * 3);
      yield pixelPass('linkEdges', { ...size, edges, target: data }, batch);
      return { data, dims: [batch, height, width, 3] };
    },
  };
}

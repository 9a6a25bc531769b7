// Masks given at any size, brought to the size of a latent.
import { EngineError } from '../errors.ts';
import { resizePlanes } from '../media/resize-planes.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * @param mask [items, height, width] or [items, 1, height, width]
 * @returns [items, height, width] at the size asked for
 * @throws EngineError INVALID_ARGUMENT when the mask has another shape or no pixels.
 */
export function resizeMask({ data, dims }: Tensor, height: number, width: number): Tensor {
  const isMask = dims.length === 3 || (dims.length === 4 && dims[1] === 1);
  if (!isMask || data.length === 0) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The shape of a mask',
      expected: '[items, height, width] or [items, 1, height, width], not empty',
      actual: `[${dims.join(', ')}]`,
    });
  }
  const planes = { data, dims: [dims[0]!, ...dims.slice(-2)] };
  return resizePlanes(planes, { width, height, method: 'bilinear' });
}

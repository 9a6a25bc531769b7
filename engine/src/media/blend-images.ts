// One picture laid over another one.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { imageShape } from './image-shape.ts';
import { type BlendMode, blendModes } from './kernels/blend-rows.ts';
import { type PixelWork, pixelPass } from './pixel-work.ts';
import { scaleWork } from './scale-image.ts';

export { type BlendMode, blendModes };

export interface BlendOptions {
  readonly mode: BlendMode;
  /** Share of the blended picture in the result, 0 to 1. */
  readonly factor: number;
}

/**
 * `above` is scaled (bicubic, cut around its centre) to the size of `below`; one picture goes over all of a batch.
 * @throws EngineError INVALID_ARGUMENT for other numbers of channels or pictures and for unknown modes.
 */
export function blendWork(below: Tensor, above: Tensor, { mode, factor }: BlendOptions): PixelWork<Tensor> {
  const { width, height, batch, channels, inner, rows } = imageShape(below);
  const over = imageShape(above);
  if (!blendModes.includes(mode)) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'blend_mode',
      expected: `one of ${blendModes.join(', ')}`,
      actual: mode,
    });
  }
  if (over.channels !== channels || (over.batch !== batch && over.batch !== 1)) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The picture laid over another one',
      expected: `of ${channels} channels and one picture or ${batch}`,
      actual: `${over.batch} with ${over.channels} channels`,
    });
  }
  return {
    values: below.data.length,
    *steps(memory) {
      const isFitting = over.width === width && over.height === height;
      const scaling = scaleWork(above, { method: 'bicubic', width, height, crop: 'center' });
      const fitted = isFitting ? above : yield* scaling.steps(memory);
      const data = memory.floats(below.data.length);
      const args = { below: below.data, above: fitted.data, target: data, inner, mode, factor };
      yield pixelPass('blendRows', args, rows);
      return { data, dims: below.dims };
    },
  };
}

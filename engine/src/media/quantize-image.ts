// Pictures with few colours; palettes and dithers are in `kernels/quantize-picture.ts`.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { imageShape, requireChannels } from './image-shape.ts';
import { type Dither, dithers } from './kernels/quantize-picture.ts';
import { type PixelWork, pixelPass } from './pixel-work.ts';

export { type Dither, dithers };

export interface QuantizeOptions {
  /** 1 to 256 */
  readonly colors: number;
  readonly dither: Dither;
}

/** Each picture gets a palette of its own. @throws EngineError INVALID_ARGUMENT unless there are 3 channels. */
export function quantizeWork(image: Tensor, { colors, dither }: QuantizeOptions): PixelWork<Tensor> {
  const shape = imageShape(image);
  requireChannels(shape, 3);
  if (!(Number.isInteger(colors) && colors >= 1 && colors <= 256) || !dithers.includes(dither)) {
    const expected = `1 to 256 colours with one of ${dithers.join(', ')}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The palette', expected, actual: `${colors}, ${dither}` });
  }
  const { width, height, batch } = shape;
  return {
    values: image.data.length,
    *steps(memory) {
      const target = memory.floats(image.data.length);
      yield pixelPass('quantizePictures', { source: image.data, target, width, height, colors, dither }, batch);
      return { data: target, dims: image.dims };
    },
  };
}

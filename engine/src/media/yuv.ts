// Pictures as luma and two colour differences, and back.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { imageShape, requireChannels } from './image-shape.ts';
import { type PixelWork, pixelPass } from './pixel-work.ts';

/** Y, U and V as grey pictures of three channels. @throws EngineError INVALID_ARGUMENT unless there are 3 channels. */
export function rgbToYuvWork(image: Tensor): PixelWork<readonly [y: Tensor, u: Tensor, v: Tensor]> {
  const shape = imageShape(image);
  requireChannels(shape, 3);
  return {
    values: image.data.length * 2,
    *steps(memory) {
      const [y, u, v] = [1, 2, 3].map(() => memory.floats(image.data.length)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      yield pixelPass('rgbToYuvRows', { source: image.data, y, u, v, width: shape.width }, shape.rows);
      const { dims } = image;
      return [
        { data: y, dims },
        { data: u, dims },
        { data: v, dims },
      ];
    },
  };
}

/** The mean of the channels of each picture counts. @throws EngineError INVALID_ARGUMENT for pictures of different sizes. */
export function yuvToRgbWork(y: Tensor, u: Tensor, v: Tensor): PixelWork<Tensor> {
  const shapes = [y, u, v].map(imageShape);
  const sizes = shapes.map(({ batch, height, width }) => `${batch} of ${width} x ${height}`);
  const { batch, height, width, rows } = shapes[0]!;
  if (sizes.some(size => size !== sizes[0])) {
    const details = { name: 'Y, U and V', expected: 'pictures of one size and number', actual: sizes.join(', ') };
    throw new EngineError('INVALID_ARGUMENT', details);
  }
  const channels = shapes.map(shape => shape.channels) as unknown as readonly [number, number, number];
  return {
    values: y.data.length * 3,
    *steps(memory) {
      const target = memory.floats(rows * width * 3);
      yield pixelPass('yuvToRgbRows', { y: y.data, u: u.data, v: v.data, channels, target, width }, rows);
      return { data: target, dims: [batch, height, width, 3] };
    },
  };
}

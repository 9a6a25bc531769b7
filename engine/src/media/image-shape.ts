// The shape of a batch of pictures, checked once where an operation begins.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface ImageShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Values of a row of pixels. */
  readonly inner: number;
  /** Rows of all pictures. */
  readonly rows: number;
}

/** @throws EngineError INVALID_ARGUMENT for anything but [batch, height, width, channels] with at least one pixel. */
export function imageShape({ dims, data }: Tensor): ImageShape {
  const [batch = 0, height = 0, width = 0, channels = 0] = dims;
  const size = batch * height * width * channels;
  if (dims.length !== 4 || size === 0 || data.length !== size) {
    const expected = 'of the shape [batch, height, width, channels] and not empty';
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'A batch of pictures',
      expected,
      actual: `[${dims.join(', ')}]`,
    });
  }
  return { batch, height, width, channels, inner: width * channels, rows: batch * height };
}

/** @throws EngineError INVALID_ARGUMENT when the pictures do not have one of the numbers of channels. */
export function requireChannels({ channels }: ImageShape, ...allowed: readonly number[]): void {
  if (allowed.includes(channels)) return;
  const expected = allowed.join(' or ');
  throw new EngineError('INVALID_ARGUMENT', { name: 'The number of channels', expected, actual: channels });
}

// Pictures as 8-bit pixels, the form in which they are saved, sent and decoded, and the way to and from float images.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { bytesToFloatsInto, floatsToBytesInto } from './kernels/byte-values.ts';

/** Interleaved 8-bit pixels, row by row from the top. */
export interface ByteImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1 gray, 3 RGB, 4 RGBA with straight (not premultiplied) alpha. */
  readonly channels: number;
}

/**
 * Item `index` of an image batch [batch, height, width, channels] as bytes: 255 * value in float32, clipped to 0..255 and
 * truncated, not rounded (compatibility: node contract section 5). NaN becomes 0.
 */
export function imageToBytes(images: Tensor, index = 0): ByteImage {
  const [batch = 0, height = 0, width = 0, channels = 0] = images.dims;
  if (images.dims.length !== 4 || index >= batch) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'An image batch',
      expected: `of the shape [batch, height, width, channels] with an item ${index}`,
      actual: `[${images.dims}]`,
    });
  }
  const size = height * width * channels;
  return { data: floatsToBytes(images.data.subarray(index * size, (index + 1) * size)), width, height, channels };
}

/** Floats in 0..1 to bytes: scaled in float32, clipped, truncated. */
export function floatsToBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  floatsToBytesInto(values, bytes);
  return bytes;
}

/** Bytes to floats in 0..1. */
export function bytesToFloats(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes.length);
  bytesToFloatsInto(bytes, floats, 0);
  return floats;
}

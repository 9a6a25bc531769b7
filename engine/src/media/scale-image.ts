// ImageScale and its relatives: image batches to another size, with the methods and the centre crop that workflows name.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { bytesToFloats, imageToBytes } from './byte-image.ts';
import { type ResampleMethod, resampleAxis, resampleTaps } from './resample.ts';
import { resizeBytes } from './resize-bytes.ts';

export const imageScaleMethods = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'] as const;
export type ImageScaleMethod = (typeof imageScaleMethods)[number];

export interface ScaleImageOptions {
  readonly method: ImageScaleMethod;
  /** 0 keeps the aspect ratio; both 0 return the images as they are. */
  readonly width: number;
  readonly height: number;
  /** `center` cuts the picture to the new aspect ratio first; default `disabled`. */
  readonly crop?: 'disabled' | 'center';
}

/**
 * Scales images [batch, height, width, channels]. `lanczos` works on 8-bit values, as does the reference; the other methods
 * keep floats.
 * @throws EngineError INVALID_ARGUMENT for sizes that are no whole numbers and for unknown methods.
 */
export function scaleImage(images: Tensor, { method, width, height, crop = 'disabled' }: ScaleImageOptions): Tensor {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 0) {
      throw new EngineError('INVALID_ARGUMENT', { name: 'An image side', expected: 'a whole number', actual: side });
    }
  }
  if (!imageScaleMethods.includes(method)) {
    const expected = `one of ${imageScaleMethods.join(', ')}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'upscale_method', expected, actual: method });
  }
  const [, fromHeight = 0, fromWidth = 0] = images.dims;
  if (width === 0 && height === 0) return images;
  const toWidth = width || Math.max(1, roundHalfEven((fromWidth * height) / fromHeight));
  const toHeight = height || Math.max(1, roundHalfEven((fromHeight * width) / fromWidth));
  const source = crop === 'center' ? cropToAspect(images, toWidth, toHeight) : images;
  return method === 'lanczos' ? scaleBytes(source, toWidth, toHeight) : scaleFloats(source, toWidth, toHeight, method);
}

function scaleFloats(images: Tensor, width: number, height: number, method: ResampleMethod): Tensor {
  const [batch = 0, fromHeight = 0, fromWidth = 0, channels = 0] = images.dims;
  const rows = { outer: batch * fromHeight, from: fromWidth, to: width, inner: channels };
  const columns = { outer: batch, from: fromHeight, to: height, inner: width * channels };
  const narrowed = resampleAxis(images.data, rows, resampleTaps(method, fromWidth, width));
  const data = resampleAxis(narrowed, columns, resampleTaps(method, fromHeight, height));
  return { data, dims: [batch, height, width, channels] };
}

function scaleBytes(images: Tensor, width: number, height: number): Tensor {
  const [batch = 0, , , channels = 0] = images.dims;
  const size = width * height * channels;
  const data = new Float32Array(batch * size);
  for (let index = 0; index < batch; index++) {
    const resized = resizeBytes(imageToBytes(images, index), width, height, 'lanczos');
    data.set(bytesToFloats(resized.data), index * size);
  }
  return { data, dims: [batch, height, width, channels] };
}

/** Cuts the same amount from both sides of the axis that is too long for the aspect ratio width : height. */
function cropToAspect(images: Tensor, width: number, height: number): Tensor {
  const [batch = 0, fromHeight = 0, fromWidth = 0, channels = 0] = images.dims;
  const fromAspect = fromWidth / fromHeight;
  const aspect = width / height;
  const x = fromAspect > aspect ? roundHalfEven((fromWidth - fromWidth * (aspect / fromAspect)) / 2) : 0;
  const y = fromAspect < aspect ? roundHalfEven((fromHeight - fromHeight * (fromAspect / aspect)) / 2) : 0;
  if (x === 0 && y === 0) return images;
  const [keptWidth, keptHeight] = [fromWidth - 2 * x, fromHeight - 2 * y];
  const data = new Float32Array(batch * keptHeight * keptWidth * channels);
  for (let row = 0; row < batch * keptHeight; row++) {
    const item = Math.trunc(row / keptHeight);
    const start = ((item * fromHeight + y + (row % keptHeight)) * fromWidth + x) * channels;
    data.set(images.data.subarray(start, start + keptWidth * channels), row * keptWidth * channels);
  }
  return { data, dims: [batch, keptHeight, keptWidth, channels] };
}

/** Halves to the even neighbour, as Python rounds. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

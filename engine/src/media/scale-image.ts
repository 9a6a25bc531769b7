// ImageScale and its relatives: image batches to another size, with the methods and the centre crop that workflows name.
import { EngineError } from '../errors.ts';
import { roundHalfEven } from '../tensor/round-half-even.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ImageShape, imageShape } from './image-shape.ts';
import { doPixelWork, type PixelMemory, type PixelSteps, type PixelWork, pixelPass } from './pixel-work.ts';
import { cutWork } from './place-pixels.ts';
import { type ResampleMethod, resampleTaps } from './resample.ts';
import { byteTaps } from './resize-bytes.ts';

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

/** Scales images at once; see `scaleWork`. */
export function scaleImage(images: Tensor, options: ScaleImageOptions): Tensor {
  return doPixelWork(scaleWork(images, options));
}

/**
 * Scales images [batch, height, width, channels]. `lanczos` works on 8-bit values, as does the reference; the other methods
 * keep floats.
 * @throws EngineError INVALID_ARGUMENT for sizes that are no whole numbers and for unknown methods.
 */
export function scaleWork(images: Tensor, options: ScaleImageOptions): PixelWork<Tensor> {
  const { method, width, height, crop = 'disabled' } = options;
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 0) {
      throw new EngineError('INVALID_ARGUMENT', { name: 'An image side', expected: 'a whole number', actual: side });
    }
  }
  if (!imageScaleMethods.includes(method)) {
    const expected = `one of ${imageScaleMethods.join(', ')}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'upscale_method', expected, actual: method });
  }
  const from = imageShape(images);
  const to = {
    width: width || Math.max(1, roundHalfEven((from.width * height) / from.height)),
    height: height || Math.max(1, roundHalfEven((from.height * width) / from.width)),
  };
  return {
    values: Math.max(images.data.length, from.batch * to.width * to.height * from.channels),
    *steps(memory) {
      if (width === 0 && height === 0) return images;
      const source = crop === 'center' ? yield* cutWork(images, aspectArea(from, to)).steps(memory) : images;
      return method === 'lanczos'
        ? yield* scaleBytes(memory, source, to)
        : yield* scaleFloats(memory, source, to, method);
    },
  };
}

type Size = Pick<ImageShape, 'width' | 'height'>;

function* scaleFloats(memory: PixelMemory, images: Tensor, to: Size, method: ResampleMethod): PixelSteps<Tensor> {
  const { batch, channels, ...from } = imageShape(images);
  const narrowed = memory.floats(from.rows * to.width * channels);
  const along = { source: images.data, target: narrowed, from: from.width, to: to.width, inner: channels };
  yield pixelPass('resampleAlongRows', { ...along, taps: resampleTaps(method, from.width, to.width) }, from.rows);
  const data = memory.floats(batch * to.height * to.width * channels);
  const across = { source: narrowed, target: data, from: from.height, to: to.height, inner: to.width * channels };
  const taps = resampleTaps(method, from.height, to.height);
  yield pixelPass('resampleAcrossRows', { ...across, taps }, batch * to.height);
  return { data, dims: [batch, to.height, to.width, channels] };
}

function* scaleBytes(memory: PixelMemory, images: Tensor, to: Size): PixelSteps<Tensor> {
  const { batch, channels, ...from } = imageShape(images);
  const isSameSize = from.width === to.width && from.height === to.height;
  // A picture that keeps its size is not weighted by its alpha either.
  const weighted = isSameSize ? 1 : channels;
  const taps = (length: number, target: number) =>
    length === target ? {} : { taps: byteTaps(length, target, 'lanczos') };
  const narrowed = memory.bytes(from.rows * to.width * channels);
  const along = isSameSize ? { from: from.inner, to: from.inner } : { from: from.width, to: to.width };
  yield pixelPass(
    'resampleBytesAlongRows',
    {
      source: images.data,
      target: narrowed,
      ...along,
      inner: weighted,
      channels: weighted,
      ...taps(from.width, to.width),
    },
    from.rows,
  );
  const inner = to.width * channels;
  const data = memory.floats(batch * to.height * inner);
  const across = { from: from.height, to: to.height, ...taps(from.height, to.height) };
  yield pixelPass(
    'resampleBytesAcrossRows',
    { source: narrowed, target: data, inner, channels: weighted, ...across },
    batch * to.height,
  );
  return { data, dims: [batch, to.height, to.width, channels] };
}

/**
 * What is left of a picture when the same amount is cut from both sides of the axis that is too long for the new aspect ratio: a
 * pixel at least.
 */
function aspectArea(from: Size, to: Size) {
  const fromAspect = from.width / from.height;
  const aspect = to.width / to.height;
  const cut = (side: number, kept: number): number =>
    kept < 1 ? Math.min(roundHalfEven((side - side * kept) / 2), (side - 1) >> 1) : 0;
  const x = cut(from.width, aspect / fromAspect);
  const y = cut(from.height, fromAspect / aspect);
  return { x, y, width: from.width - 2 * x, height: from.height - 2 * y };
}

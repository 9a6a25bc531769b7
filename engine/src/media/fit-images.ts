// Brings pictures of different sizes to one size, so that they can form a batch: stretched, cut or set on a black ground.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { scaleImage } from './scale-image.ts';

/** `stretch` changes the aspect ratio, `crop` cuts off what is too long, `pad` fills what is too short with black. */
export const fitMethods = ['stretch', 'crop', 'pad'] as const;
export type FitMethod = (typeof fitMethods)[number];

export interface FitImageOptions {
  readonly method: FitMethod;
  /** Pixels of the result, at least 1. */
  readonly width: number;
  readonly height: number;
}

/**
 * Images [batch, height, width, channels] in another size, resampled with a Lanczos window; those that have it stay as they are.
 * @throws EngineError INVALID_ARGUMENT for sides that are no positive whole numbers.
 */
export function fitImage(images: Tensor, { method, width, height }: FitImageOptions): Tensor {
  for (const side of [width, height]) {
    if (Number.isInteger(side) && side > 0) continue;
    throw new EngineError('INVALID_ARGUMENT', { name: 'A side', expected: 'a positive whole number', actual: side });
  }
  const [, fromHeight = 0, fromWidth = 0] = images.dims;
  if (fromWidth === width && fromHeight === height) return images;
  if (method !== 'pad') {
    const crop = method === 'crop' ? 'center' : 'disabled';
    return scaleImage(images, { method: 'lanczos', width, height, crop });
  }
  const scale = Math.min(width / fromWidth, height / fromHeight);
  const inner = {
    width: Math.min(width, Math.max(1, Math.round(fromWidth * scale))),
    height: Math.min(height, Math.max(1, Math.round(fromHeight * scale))),
  };
  return centred(scaleImage(images, { method: 'lanczos', ...inner }), width, height);
}

/** Smaller images in the middle of black ones. */
function centred({ data, dims }: Tensor, width: number, height: number): Tensor {
  const [batch = 0, innerHeight = 0, innerWidth = 0, channels = 0] = dims;
  const left = Math.floor((width - innerWidth) / 2);
  const top = Math.floor((height - innerHeight) / 2);
  const padded = new Float32Array(batch * height * width * channels);
  const rowLength = innerWidth * channels;
  for (let row = 0; row < batch * innerHeight; row++) {
    const item = Math.floor(row / innerHeight);
    const target = ((item * height + top + (row % innerHeight)) * width + left) * channels;
    padded.set(data.subarray(row * rowLength, (row + 1) * rowLength), target);
  }
  return { data: padded, dims: [batch, height, width, channels] };
}

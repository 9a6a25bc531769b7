// Blurring and sharpening with a Gaussian window. Its samples lie evenly on -1..1 whatever the radius is, so that sigma counts in
// radii, not in pixels (golden data, cases ImageBlur and ImageSharpen); the window is separable, and edges are mirrored.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ImageShape, imageShape } from './image-shape.ts';
import { type PixelMemory, type PixelSteps, type PixelWork, pixelPass } from './pixel-work.ts';

export interface BlurOptions {
  /** Pixels on each side; 0 changes nothing. */
  readonly radius: number;
  /** Width of the bell, in radii. */
  readonly sigma: number;
}

export interface SharpenImageOptions extends BlurOptions {
  /** How far the picture moves away from its blurred form; 1 is ten times the difference. */
  readonly alpha: number;
}

/** Differences are counted ten times. */
const SHARPEN_FACTOR = 10;

/** @throws EngineError INVALID_ARGUMENT when the radius does not fit into the picture. */
export function blurWork(image: Tensor, { radius, sigma }: BlurOptions): PixelWork<Tensor> {
  const shape = imageShape(image);
  const weights = gaussianWeights(shape, radius, radius === 0 ? 1 : 1 / radius, sigma);
  return {
    values: image.data.length,
    *steps(memory) {
      if (radius === 0) return image;
      return { data: yield* blurred(memory, image.data, shape, weights), dims: image.dims };
    },
  };
}

/** @throws EngineError INVALID_ARGUMENT when the radius does not fit into the picture. */
export function sharpenWork(image: Tensor, { radius, sigma, alpha }: SharpenImageOptions): PixelWork<Tensor> {
  const shape = imageShape(image);
  const { inner, rows } = shape;
  const weights = gaussianWeights(shape, radius, radius === 0 ? 1 : 1 / radius, sigma);
  return {
    values: image.data.length,
    *steps(memory) {
      if (radius === 0) return image;
      const soft = yield* blurred(memory, image.data, shape, weights);
      const data = memory.floats(image.data.length);
      const args = { image: image.data, blurred: soft, target: data, inner, amount: alpha * SHARPEN_FACTOR };
      yield pixelPass('unsharpRows', args, rows);
      return { data, dims: image.dims };
    },
  };
}

/** Blurs [batch, height, width, channels] values along rows and columns. */
export function* blurred(
  memory: PixelMemory,
  source: Float32Array,
  { width, height, channels, rows }: ImageShape,
  weights: Float64Array,
): PixelSteps<Float32Array> {
  const size = { width, height, channels, weights };
  const along = memory.floats(source.length);
  yield pixelPass('blurAlongRows', { ...size, source, target: along }, rows);
  const target = memory.floats(source.length);
  yield pixelPass('blurAcrossRows', { ...size, source: along, target }, rows);
  return target;
}

/**
 * Weights of the centre and of `radius` neighbours on either side, which together add up to 1.
 * @param step distance of neighbours in the units of sigma
 */
export function gaussianWeights(
  { width, height }: Pick<ImageShape, 'width' | 'height'>,
  radius: number,
  step: number,
  sigma: number,
): Float64Array {
  if (!Number.isInteger(radius) || radius < 0 || radius >= Math.min(width, height) || !(sigma > 0)) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The blur',
      expected: `a whole radius less than the sides of the picture (${width} x ${height}) and a sigma above 0`,
      actual: `radius ${radius}, sigma ${sigma}`,
    });
  }
  const weights = Float64Array.from({ length: radius + 1 }, (_, k) => Math.exp(-((k * step) ** 2) / (2 * sigma ** 2)));
  const sum = weights.reduce((total, weight, k) => total + (k === 0 ? weight : 2 * weight), 0);
  return weights.map(weight => weight / sum);
}

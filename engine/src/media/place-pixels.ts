// Pictures cut, turned, mirrored, laid into larger ones and put into batches: pixels change their place, never their value.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ImageShape, imageShape } from './image-shape.ts';
import type { CopyPixelsArgs } from './kernels/copy-pixels.ts';
import { type PixelPass, type PixelWork, pixelPass } from './pixel-work.ts';

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An area of each picture. @throws EngineError INVALID_ARGUMENT when it does not lie inside. */
export function cutWork(image: Tensor, area: Area): PixelWork<Tensor> {
  const shape = imageShape(image);
  const { x, y, width, height } = area;
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > shape.width || y + height > shape.height) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The area to cut out',
      expected: `inside of the picture of ${shape.width} x ${shape.height}`,
      actual: `${width} x ${height} at ${x}, ${y}`,
    });
  }
  const isWhole = width === shape.width && height === shape.height;
  const { batch, channels } = shape;
  return {
    values: batch * height * width * channels,
    *steps(memory) {
      if (isWhole) return image;
      const target = memory.floats(batch * height * width * channels);
      const from = { origin: (y * shape.width + x) * channels, ...stepsOf(shape) };
      const to = { origin: 0, ...stepsOf({ width, height, channels }) };
      const args: CopyPixelsArgs = { source: image.data, target, channels, width, height, from, to };
      yield pixelPass('copyPixels', args, batch * height);
      return { data: target, dims: [batch, height, width, channels] };
    },
  };
}

/** A pass that copies all pictures, whose first pixel goes to (x, y) of the larger pictures of `canvas`. */
export function layPass(image: Tensor, canvas: Tensor, { x, y }: Pick<Area, 'x' | 'y'>): PixelPass {
  const { width, height, channels, rows, ...shape } = imageShape(image);
  const [, canvasHeight = 0, canvasWidth = 0] = canvas.dims;
  const to = stepsOf({ width: canvasWidth, height: canvasHeight, channels });
  return pixelPass(
    'copyPixels',
    {
      source: image.data,
      target: canvas.data,
      channels,
      width,
      height,
      from: { origin: 0, ...stepsOf({ width, height, channels }) },
      to: { origin: (y * canvasWidth + x) * channels, ...to },
    },
    shape.batch * height,
  );
}

/** Turns pictures clockwise by a number of quarters. */
export function rotateWork(image: Tensor, quarters: 0 | 1 | 2 | 3): PixelWork<Tensor> {
  const { height, width, channels } = imageShape(image);
  const pixel = channels;
  const line = width * channels;
  const [last, bottom] = [(width - 1) * pixel, (height - 1) * line];
  const walks = [
    { origin: 0, row: line, column: pixel },
    { origin: bottom, row: pixel, column: -line },
    { origin: bottom + last, row: -line, column: -pixel },
    { origin: last, row: -pixel, column: line },
  ] as const;
  return walkWork(image, walks[quarters], quarters % 2 === 1);
}

/** Mirrors pictures: `vertically` exchanges above and below, `horizontally` left and right. */
export function flipWork(image: Tensor, way: 'vertically' | 'horizontally'): PixelWork<Tensor> {
  const { height, width, channels } = imageShape(image);
  const line = width * channels;
  return way === 'vertically'
    ? walkWork(image, { origin: (height - 1) * line, row: -line, column: channels }, false)
    : walkWork(image, { origin: (width - 1) * channels, row: line, column: -channels }, false);
}

interface Walk {
  readonly origin: number;
  readonly row: number;
  readonly column: number;
}

/** Reads each picture along a walk; `isTurned` exchanges its sides. */
function walkWork(image: Tensor, walk: Walk, isTurned: boolean): PixelWork<Tensor> {
  const shape = imageShape(image);
  const { batch, channels } = shape;
  const [height, width] = isTurned ? [shape.width, shape.height] : [shape.height, shape.width];
  return {
    values: image.data.length,
    *steps(memory) {
      const target = memory.floats(image.data.length);
      const from = { ...walk, item: shape.height * shape.inner };
      const to = { origin: 0, ...stepsOf({ width, height, channels }) };
      const args: CopyPixelsArgs = { source: image.data, target, channels, width, height, from, to };
      yield pixelPass('copyPixels', args, batch * height);
      return { data: target, dims: [batch, height, width, channels] };
    },
  };
}

/** How far it is to the next picture, row and pixel. */
function stepsOf({ width, height, channels }: Pick<ImageShape, 'width' | 'height' | 'channels'>) {
  return { item: height * width * channels, row: width * channels, column: channels };
}

/**
 * Pictures of one size as one batch, in their order.
 * @throws EngineError INVALID_ARGUMENT when there are none, or when they differ in size or channels.
 */
export function joinWork(images: readonly Tensor[]): PixelWork<Tensor> {
  const shapes = images.map(imageShape);
  const sizes = new Set(shapes.map(({ width, height, channels }) => `${width} x ${height} with ${channels} channels`));
  const [shape] = shapes;
  if (shape === undefined || sizes.size > 1) {
    const expected = 'of one size and number of channels';
    throw new EngineError('INVALID_ARGUMENT', { name: 'Pictures of a batch', expected, actual: [...sizes].join(', ') });
  }
  const batch = shapes.reduce((sum, { batch }) => sum + batch, 0);
  const { height, width, channels } = shape;
  const values = batch * height * shape.inner;
  return {
    values,
    *steps(memory) {
      const data = memory.floats(values);
      let start = 0;
      for (const image of images) {
        const canvas = { data: data.subarray(start, start + image.data.length), dims: image.dims };
        yield layPass(image, canvas, { x: 0, y: 0 });
        start += image.data.length;
      }
      return { data, dims: [batch, height, width, channels] };
    },
  };
}

/** All pictures of a batch `times` times over. */
export function repeatWork(image: Tensor, times: number): PixelWork<Tensor> {
  if (!Number.isInteger(times) || times < 1) {
    const details = { name: 'The number of repetitions', expected: 'a whole number of at least 1', actual: times };
    throw new EngineError('INVALID_ARGUMENT', details);
  }
  return joinWork(Array.from({ length: times }, () => image));
}

/** Pictures `first` to `first + count` of a batch; what lies behind its end is left out. They share memory with it. */
export function takePictures(image: Tensor, first: number, count: number): Tensor {
  const { batch, height, inner } = imageShape(image);
  const start = Math.min(Math.max(first, 0), batch - 1);
  const end = Math.min(start + Math.max(count, 1), batch);
  const size = height * inner;
  return { data: image.data.subarray(start * size, end * size), dims: [end - start, ...image.dims.slice(1)] };
}

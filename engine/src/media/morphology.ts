// Grey-level morphology with a square: each channel on its own (J. Serra, "Image Analysis and Mathematical Morphology"; windows
// of even size reach one further to the upper left, as in kornia.morphology, Apache-2.0, read for facts).
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ImageShape, imageShape } from './image-shape.ts';
import { columnStrip } from './kernels/sliding-extremes.ts';
import { type PixelMemory, type PixelSteps, type PixelWork, pixelPass } from './pixel-work.ts';

export const morphologyOperations = ['erode', 'dilate', 'open', 'close', 'gradient', 'bottom_hat', 'top_hat'] as const;
export type MorphologyOperation = (typeof morphologyOperations)[number];

export interface MorphologyOptions {
  readonly operation: MorphologyOperation;
  /** Side of the square in pixels. */
  readonly size: number;
}

/** What is subtracted from what; a chain of extremes, or the picture itself where it is empty. */
interface Recipe {
  readonly chain: readonly ('min' | 'max')[];
  readonly less?: readonly ('min' | 'max')[];
}

const recipes: Readonly<Record<MorphologyOperation, Recipe>> = {
  erode: { chain: ['min'] },
  dilate: { chain: ['max'] },
  open: { chain: ['min', 'max'] },
  close: { chain: ['max', 'min'] },
  gradient: { chain: ['max'], less: ['min'] },
  bottom_hat: { chain: ['max', 'min'], less: [] },
  top_hat: { chain: [], less: ['min', 'max'] },
};

/** @throws EngineError INVALID_ARGUMENT for unknown operations and sizes that are no whole numbers above 0. */
export function morphologyWork(image: Tensor, { operation, size }: MorphologyOptions): PixelWork<Tensor> {
  const shape = imageShape(image);
  const recipe = recipes[operation];
  if (recipe === undefined || !Number.isInteger(size) || size < 1) {
    const expected = `one of ${morphologyOperations.join(', ')} with a whole kernel size of at least 1`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The operation', expected, actual: `${operation}, ${size}` });
  }
  return {
    values: image.data.length,
    *steps(memory) {
      const values = yield* extremes(memory, image.data, shape, { size, chain: recipe.chain });
      if (recipe.less === undefined) return { data: values, dims: image.dims };
      const less = yield* extremes(memory, image.data, shape, { size, chain: recipe.less });
      const target = memory.floats(image.data.length);
      const args = { minuend: values, subtrahend: less, target, inner: shape.inner };
      yield pixelPass('subtractRows', args, shape.rows);
      return { data: target, dims: image.dims };
    },
  };
}

function* extremes(
  memory: PixelMemory,
  image: Float32Array,
  { batch, width, height, channels, inner, rows }: ImageShape,
  { size, chain }: { readonly size: number; readonly chain: readonly ('min' | 'max')[] },
): PixelSteps<Float32Array> {
  let source = image;
  for (const kind of chain) {
    const shape = { width, height, channels, kind, size };
    const along = memory.floats(source.length);
    yield pixelPass('extremesAlongRows', { ...shape, source, target: along }, rows);
    const target = memory.floats(source.length);
    const strips = batch * Math.ceil(inner / columnStrip);
    yield pixelPass('extremesAlongColumns', { ...shape, source: along, target }, strips);
    source = target;
  }
  return source;
}

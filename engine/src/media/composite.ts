// Pasting one picture or latent onto another, through a mask. Both kinds are seen as [items, height, width, values]: an image
// has its channels as values, a latent [batch, channels, height, width] has a mask per batch and one value per place.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import type { CompositeGrid } from './kernels/composite-rows.ts';
import { maskBatch } from './masks.ts';
import { doPixelWork, type PixelMemory, type PixelSteps, type PixelWork, pixelPass } from './pixel-work.ts';
import { resizePlanes } from './resize-planes.ts';
import { scaleWork } from './scale-image.ts';

export interface CompositeOptions {
  /** Upper left corner of the source on the destination, in places of the destination; what lies outside is cut off. */
  readonly x: number;
  readonly y: number;
  /** Brings the source to the size of the destination first (bilinear). Default false. */
  readonly resizeSource?: boolean;
  /** Of any size, resized to the source: 1 takes the source. Default: all of it. */
  readonly mask?: Tensor | undefined;
}

/** A tensor and how it is seen. */
interface Grid extends CompositeGrid {
  readonly data: Float32Array;
}

/** Composites images at once; see `compositeWork`. */
export function compositeImages(destination: Tensor, source: Tensor, options: CompositeOptions): Tensor {
  return doPixelWork(compositeWork(destination, source, options));
}

/**
 * Images [batch, height, width, channels]; the source is repeated over the batch of the destination.
 * @throws EngineError INVALID_ARGUMENT when the source has fewer channels than the destination.
 */
export function compositeWork(destination: Tensor, source: Tensor, options: CompositeOptions): PixelWork<Tensor> {
  const to = imageGrid(destination);
  const { values } = imageGrid(source);
  if (values < to.values) throw mismatch('channels of the source', `at least ${to.values}`, values);
  const { width, height } = to;
  return {
    values: to.data.length,
    *steps(memory) {
      const resized =
        options.resizeSource === true
          ? yield* scaleWork(source, { method: 'bilinear', width, height }).steps(memory)
          : source;
      return { data: yield* composite(memory, to, imageGrid(resized), options), dims: destination.dims };
    },
  };
}

/**
 * Latents [batch, channels, ..., height, width]; positions are in latent cells.
 * @throws EngineError INVALID_ARGUMENT for other numbers of channels.
 */
export function compositeLatents(destination: Tensor, source: Tensor, options: CompositeOptions): Tensor {
  const to = latentGrid(destination);
  const resized =
    options.resizeSource === true
      ? resizePlanes(source, { method: 'bilinear', width: to.width, height: to.height })
      : source;
  const from = latentGrid(resized);
  if (from.planes !== to.planes) throw mismatch('planes of the source', String(to.planes), from.planes);
  const work = { values: to.data.length, steps: (memory: PixelMemory) => composite(memory, to, from, options) };
  return { data: doPixelWork(work), dims: destination.dims };
}

function* composite(
  memory: PixelMemory,
  { data: destination, ...to }: Grid,
  { data: source, ...from }: Grid,
  { x, y, mask }: CompositeOptions,
): PixelSteps<Float32Array> {
  const target = memory.floats(destination.length);
  const weights = mask === undefined ? {} : { weights: sourceMask(mask, from) };
  const rows = to.batch * to.planes * to.height;
  yield pixelPass('compositeRows', { destination, source, ...weights, target, to, from, x, y }, rows);
  return target;
}

/** Mask planes of the size of the source, one after the other. */
function sourceMask(mask: Tensor, { height, width }: CompositeGrid): Float32Array {
  return resizePlanes(maskBatch(mask), { method: 'bilinear', width, height }).data;
}

function imageGrid({ data, dims: [batch = 0, height = 0, width = 0, values = 0] }: Tensor): Grid {
  return { data, batch, planes: 1, height, width, values };
}

function latentGrid({ data, dims }: Tensor): Grid {
  const [height = 0, width = 0] = dims.slice(-2);
  return { data, batch: dims[0] ?? 0, planes: elementCount(dims.slice(1, -2)), height, width, values: 1 };
}

function mismatch(name: string, expected: string, actual: number): EngineError<'INVALID_ARGUMENT'> {
  return new EngineError('INVALID_ARGUMENT', { name: `The number of ${name}`, expected, actual });
}

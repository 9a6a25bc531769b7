// Pasting one picture or latent onto another, through a mask. Both kinds are seen as [items, height, width, values]: an image
// has its channels as values, a latent [batch, channels, height, width] has a mask per batch and one value per place.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { maskBatch } from './masks.ts';
import { resizePlanes } from './resize-planes.ts';
import { scaleImage } from './scale-image.ts';

export interface CompositeOptions {
  /** Upper left corner of the source on the destination, in places of the destination; what lies outside is cut off. */
  readonly x: number;
  readonly y: number;
  /** Brings the source to the size of the destination first (bilinear). Default false. */
  readonly resizeSource?: boolean;
  /** Of any size, resized to the source: 1 takes the source. Default: all of it. */
  readonly mask?: Tensor | undefined;
}

interface Grid {
  readonly data: Float32Array;
  readonly batch: number;
  /** Planes of one batch item that share a mask. */
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Values of one place. */
  readonly values: number;
}

/**
 * Images [batch, height, width, channels]; the source is repeated over the batch of the destination.
 * @throws EngineError INVALID_ARGUMENT when the source has fewer channels than the destination.
 */
export function compositeImages(destination: Tensor, source: Tensor, options: CompositeOptions): Tensor {
  const to = imageGrid(destination);
  const resized =
    options.resizeSource === true
      ? scaleImage(source, { method: 'bilinear', width: to.width, height: to.height })
      : source;
  const from = imageGrid(resized);
  if (from.values < to.values) throw mismatch('channels of the source', `at least ${to.values}`, from.values);
  return { data: composite(to, from, options), dims: destination.dims };
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
  return { data: composite(to, from, options), dims: destination.dims };
}

function composite(to: Grid, from: Grid, { x, y, mask }: CompositeOptions): Float32Array {
  const result = to.data.slice();
  const weights = mask === undefined ? undefined : sourceMask(mask, from);
  const shift = { x: Math.max(-from.width, Math.min(x, to.width)), y: Math.max(-from.height, Math.min(y, to.height)) };
  const rows = { start: Math.max(0, -shift.y), end: Math.min(from.height, to.height - shift.y) };
  const columns = { start: Math.max(0, -shift.x), end: Math.min(from.width, to.width - shift.x) };
  for (let plane = 0; plane < to.batch * to.planes; plane++) {
    const item = Math.floor(plane / to.planes);
    const sourcePlane = (item % from.batch) * from.planes + (plane % to.planes);
    const maskPlane = weights === undefined ? 0 : (item % (weights.length / (from.height * from.width))) * from.height;
    for (let row = rows.start; row < rows.end; row++) {
      const target = ((plane * to.height + row + shift.y) * to.width + shift.x) * to.values;
      const source = (sourcePlane * from.height + row) * from.width * from.values;
      for (let column = columns.start; column < columns.end; column++) {
        const weight = weights === undefined ? 1 : weights[(maskPlane + row) * from.width + column]!;
        for (let value = 0; value < to.values; value++) {
          const at = target + column * to.values + value;
          const taken = Math.fround(from.data[source + column * from.values + value]! * weight);
          result[at] = taken + Math.fround(result[at]! * Math.fround(1 - weight));
        }
      }
    }
  }
  return result;
}

/** Mask planes of the size of the source, one after the other. */
function sourceMask(mask: Tensor, { height, width }: Grid): Float32Array {
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

// Pictures and masks made ready for inpainting: brought to the same size, the masked part greyed out so that its colours do
// not leak into the latent, and the mask grown for a soft seam. Golden data, cases `VAEEncodeForInpaint` and
// `InpaintModelConditioning`.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { resizePlanes } from './resize-planes.ts';

export interface InpaintPixels {
  /**
   * [batch, height, width, channels] with the masked part in medium grey, sides cropped around the centre to multiples of
   * the VAE's downscale.
   */
  readonly greyed: Tensor;
  /** [items, 1, height, width] at the size of the pixels. */
  readonly mask: Tensor;
}

const grey = 0.5;

/**
 * @param image [batch, height, width, channels] in 0..1
 * @param mask [items, height, width] of any size; 1 = paint
 * @param multiple pixels per latent cell and side
 * @throws EngineError INVALID_ARGUMENT when the mask has no pixels or the image is smaller than a cell.
 */
export function inpaintPixels(image: Tensor, mask: Tensor, multiple: number): InpaintPixels {
  const [batch = 0, height = 0, width = 0, channels = 0] = image.dims;
  const [rows, columns] = [height - (height % multiple), width - (width % multiple)];
  if (rows === 0 || columns === 0 || mask.data.length === 0) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The picture and the mask for inpainting',
      expected: `at least ${multiple} x ${multiple} pixels large, the mask not empty`,
      actual: `${width} x ${height} with a mask of [${mask.dims.join(', ')}]`,
    });
  }
  const [top, left] = [Math.floor((height % multiple) / 2), Math.floor((width % multiple) / 2)];
  const planes = {
    data: mask.data,
    dims: [mask.data.length / (mask.dims.at(-1)! * mask.dims.at(-2)!), ...mask.dims.slice(-2)],
  };
  const resized = resizePlanes(planes, { width, height, method: 'bilinear' });
  const items = resized.dims[0]!;
  const cropped = new Float32Array(items * rows * columns);
  for (let row = 0; row < items * rows; row++) {
    const source = (Math.floor(row / rows) * height + top + (row % rows)) * width + left;
    cropped.set(resized.data.subarray(source, source + columns), row * columns);
  }
  const pixels = new Float32Array(batch * rows * columns * channels);
  for (let row = 0; row < batch * rows; row++) {
    const source = ((Math.floor(row / rows) * height + top + (row % rows)) * width + left) * channels;
    pixels.set(image.data.subarray(source, source + columns * channels), row * columns * channels);
  }
  const dims = [batch, rows, columns, channels];
  return {
    greyed: { data: greyOut(pixels, cropped, channels), dims },
    mask: { data: cropped, dims: [items, 1, rows, columns] },
  };
}

/** Colours of the first three channels are replaced where the mask rounds to 1; masks repeat over the batch. */
function greyOut(pixels: Float32Array, mask: Float32Array, channels: number): Float32Array {
  return pixels.map((value, i) => {
    const isPainted = mask[Math.floor(i / channels) % mask.length]! > 0.5;
    return isPainted && i % channels < 3 ? grey : value;
  });
}

/**
 * The mask rounded, and then spread by a square of `by` pixels.
 * @param mask [items, 1, height, width]
 */
export function grownMask({ data, dims }: Tensor, by: number): Tensor {
  const rounded = data.map(roundToEven);
  if (by === 0) return { data: rounded, dims };
  const [height, width] = dims.slice(-2) as [number, number];
  const reach = Math.ceil((by - 1) / 2);
  const rows = summed(rounded, { length: width, stride: 1, reach, size: by });
  const sums = summed(rows, { length: height, stride: width, reach, size: by });
  return { data: sums.map(sum => Math.min(sum, 1)), dims };
}

interface Window {
  readonly length: number;
  readonly stride: number;
  readonly reach: number;
  readonly size: number;
}

/** Sums over a window along one axis; outside counts as 0. */
function summed(values: Float32Array, { length, stride, reach, size }: Window): Float32Array {
  return values.map((_, i) => {
    const place = Math.floor(i / stride) % length;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const other = place - reach + k;
      if (other >= 0 && other < length) sum += values[i + (other - place) * stride]!;
    }
    return sum;
  });
}

/** For values in 0..1: a half becomes 0. */
function roundToEven(value: number): number {
  return value > 0.5 ? 1 : 0;
}

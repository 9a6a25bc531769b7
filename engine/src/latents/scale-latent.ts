// Latents to another number of cells, with the methods and the centre crop that workflows name. The frames of a video latent
// are scaled one by one. Golden data, cases `LatentUpscale` and `LatentUpscaleBy`.
import { EngineError } from '../errors.ts';
import { bislerp } from '../media/bislerp.ts';
import { resizePlanes } from '../media/resize-planes.ts';
import { roundHalfEven } from '../tensor/round-half-even.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { sliceAxis } from './axes.ts';

export const latentScaleMethods = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'bislerp'] as const;
export type LatentScaleMethod = (typeof latentScaleMethods)[number];

export interface ScaleLatentOptions {
  readonly method: LatentScaleMethod;
  /** In cells. */
  readonly width: number;
  readonly height: number;
  /** `center` cuts the latent to the new aspect ratio first; default `disabled`. */
  readonly crop?: 'disabled' | 'center';
}

/**
 * @param latent [batch, channels, height, width] or [batch, channels, frames, height, width]
 * @throws EngineError INVALID_ARGUMENT for other shapes, empty latents and sizes that are no whole numbers of cells.
 */
export function scaleLatent(latent: Tensor, { method, width, height, crop = 'disabled' }: ScaleLatentOptions): Tensor {
  const { dims } = latent;
  if (dims.length < 4 || dims.length > 5 || elementCount(dims) === 0) {
    const expected = '[batch, channels, height, width] or [batch, channels, frames, height, width], not empty';
    throw new EngineError('INVALID_ARGUMENT', { name: 'A latent to scale', expected, actual: `[${dims.join(', ')}]` });
  }
  for (const side of [width, height]) {
    if (Number.isInteger(side) && side > 0) continue;
    const expected = 'a whole number of cells, 1 or more';
    throw new EngineError('INVALID_ARGUMENT', { name: 'The side of a scaled latent', expected, actual: side });
  }
  const source = crop === 'center' ? cropPlanesToAspect(latent, width, height) : latent;
  return method === 'bislerp' ? bislerp(source, height, width) : resizePlanes(source, { method, width, height });
}

/** Cuts the same amount from both sides of the axis that is too long for the aspect ratio width : height. */
function cropPlanesToAspect(latent: Tensor, width: number, height: number): Tensor {
  const { dims } = latent;
  const [fromHeight = 1, fromWidth = 1] = dims.slice(-2);
  const [fromAspect, aspect] = [fromWidth / fromHeight, width / height];
  const x = fromAspect > aspect ? cutOff(fromWidth, aspect / fromAspect) : 0;
  const y = fromAspect < aspect ? cutOff(fromHeight, fromAspect / aspect) : 0;
  const rows = sliceAxis(latent, dims.length - 2, y, fromHeight - 2 * y);
  return sliceAxis(rows, dims.length - 1, x, fromWidth - 2 * x);
}

/** Cells to cut off each end so that this share of a side is kept, or one cell at least. */
function cutOff(side: number, kept: number): number {
  return Math.min(roundHalfEven((side - side * kept) / 2), (side - 1) >> 1);
}

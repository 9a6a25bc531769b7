// Resizing of tensors whose last two axes are height and width: latents, masks, and anything else laid out in planes.
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { bilinearPlanes } from './bilinear-planes.ts';
import { type ResampleMethod, resampleAxis, resampleTaps } from './resample.ts';

export interface ResizeOptions {
  readonly width: number;
  readonly height: number;
  readonly method: ResampleMethod;
}

/** [..., height, width] to [..., options.height, options.width]. `bilinear` is what latents and noise masks use. */
export function resizePlanes(tensor: Tensor, { width, height, method }: ResizeOptions): Tensor {
  const [fromHeight = 1, fromWidth = 1] = tensor.dims.slice(-2);
  const leading = tensor.dims.slice(0, -2);
  const dims = [...leading, height, width];
  if (fromHeight === height && fromWidth === width) return { data: tensor.data, dims };
  if (method === 'bilinear') return bilinearPlanes(tensor, height, width);
  const planes = elementCount(leading);
  const rows = { outer: planes * fromHeight, from: fromWidth, to: width, inner: 1 };
  const columns = { outer: planes, from: fromHeight, to: height, inner: width };
  const narrowed = resampleAxis(tensor.data, rows, resampleTaps(method, fromWidth, width));
  return { data: resampleAxis(narrowed, columns, resampleTaps(method, fromHeight, height)), dims };
}

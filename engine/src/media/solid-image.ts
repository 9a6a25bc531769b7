// Pictures of one colour.
import type { Tensor } from '../tensor/tensor.ts';

export interface SolidImageOptions {
  readonly width: number;
  readonly height: number;
  /** Default 1. */
  readonly batch?: number;
  /** 0xRRGGBB; default black. */
  readonly color?: number;
}

/** Images [batch, height, width, 3] filled with `color`. */
export function solidImage({ width, height, batch = 1, color = 0 }: SolidImageOptions): Tensor {
  const channels = [16, 8, 0].map(shift => ((color >> shift) & 0xff) / 255);
  const data = new Float32Array(batch * height * width * 3);
  if (color !== 0) for (let index = 0; index < data.length; index++) data[index] = channels[index % 3]!;
  return { data, dims: [batch, height, width, 3] };
}

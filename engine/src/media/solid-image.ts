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
  const [red = 0, green = 0, blue = 0] = [16, 8, 0].map(shift => ((color >> shift) & 0xff) / 255);
  const data = new Float32Array(batch * height * width * 3);
  for (let index = 0; color !== 0 && index < data.length; index += 3) {
    data[index] = red;
    data[index + 1] = green;
    data[index + 2] = blue;
  }
  return { data, dims: [batch, height, width, 3] };
}

// The negative of a picture.
import type { Tensor } from '../tensor/tensor.ts';

/** 1 - value for every value, alpha included if there is one. */
export function invertImage({ data, dims }: Tensor): Tensor {
  const inverted = new Float32Array(data.length);
  for (let index = 0; index < inverted.length; index++) inverted[index] = 1 - data[index]!;
  return { data: inverted, dims };
}

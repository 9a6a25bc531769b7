// The negative of a picture.
import type { Tensor } from '../tensor/tensor.ts';

/** 1 - value for every value, alpha included if there is one. */
export function invertImage({ data, dims }: Tensor): Tensor {
  return { data: data.map(value => 1 - value), dims };
}

// The tensor of the whole engine: 32-bit floats in row-major order. Images are [batch, height, width, channels] in 0..1,
// latents [batch, channels, height, width], masks [batch, height, width], text contexts [batch, tokens, width].

/** An immutable float32 tensor: `data.length` is the product of `dims`. Never write into a tensor that you received. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Number of elements of a shape; 1 for a scalar (no dims). */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

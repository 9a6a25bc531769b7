// The one vector operation that every sampler is made of: a linear combination of latents. Factors, products and
// partial sums are rounded to 32 bits one after the other, as tensor code does: runs that begin at a tiny sigma magnify
// rounding a hundred thousand times, and should magnify the reference's.

/** A factor and the values it multiplies. */
export type Term = readonly [factor: number, values: Float32Array];

/**
 * `factor_1 * values_1 + factor_2 * values_2 + ...`, from left to right, as a new array; all values have the same
 * length.
 */
export function weightedSum(...terms: readonly Term[]): Float32Array {
  const sum = new Float32Array(terms[0]?.[1].length ?? 0);
  for (const [factor, values] of terms) addScaled(sum, Math.fround(factor), values);
  return sum;
}

function addScaled(sum: Float32Array, factor: number, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + Math.fround(factor * values[i]!);
}

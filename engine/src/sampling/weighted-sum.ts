// The one vector operation that every sampler is made of: a linear combination of latents. Terms are added in double precision
// and rounded once, so that the order of a formula does not matter.

/** A factor and the values it multiplies. */
export type Term = readonly [factor: number, values: Float32Array];

/** `factor_1 * values_1 + factor_2 * values_2 + ...` as a new array; all values have the same length. */
export function weightedSum(...terms: readonly Term[]): Float32Array {
  const [first, second, ...rest] = terms;
  if (first === undefined) return new Float32Array(0);
  const sum = new Float64Array(first[1].length);
  if (second === undefined) addScaled(sum, first);
  else setScaledPair(sum, first, second);
  for (const term of rest) addScaled(sum, term);
  return Float32Array.from(sum);
}

function setScaledPair(sum: Float64Array, [a, x]: Term, [b, y]: Term): void {
  for (let i = 0; i < sum.length; i++) sum[i] = a * x[i]! + b * y[i]!;
}

function addScaled(sum: Float64Array, [factor, values]: Term): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + factor * values[i]!;
}

// The pictures of a batch one by one: guidance rules that measure lengths or deviations do so for each picture alone.
import type { Tensor } from '../../tensor/tensor.ts';

/** Applies a rule to each picture; all arrays are of the size of the batch. */
export function perItem(
  { dims }: Pick<Tensor, 'dims'>,
  arrays: readonly Float32Array[],
  rule: (...items: Float32Array[]) => Float32Array,
): Float32Array {
  const result = new Float32Array(arrays[0]?.length ?? 0);
  const size = result.length / (dims[0] ?? 1);
  for (let start = 0; start < result.length; start += size) {
    result.set(rule(...arrays.map(array => array.subarray(start, start + size))), start);
  }
  return result;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function lengthOf(values: Float32Array): number {
  return Math.sqrt(dot(values, values));
}

/** Sample standard deviation. */
export function deviation(values: Float32Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

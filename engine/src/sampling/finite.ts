// Guards against NaN and infinity, which would otherwise spread silently into a black picture.

/** Whether no value is NaN or infinite. */
export function areAllFinite(values: Float32Array): boolean {
  // 0 * value is NaN for exactly those, and one addition per value is all it costs.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i]!;
  return sum === 0;
}

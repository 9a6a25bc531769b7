// Evenly spaced 32-bit floats with PyTorch's rounding: the step is rounded first, the second half counts from the end,
// and a multiply-add rounds once (the product of two 32-bit floats is exact in double precision).

/** `count` values from `start` to `end`, both included; just `start` when `count` is 1. */
export function linspace(start: number, end: number, count: number): Float32Array {
  if (count === 1) return Float32Array.of(start);
  const first = Math.fround(start);
  const last = Math.fround(end);
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < Math.floor(count / 2) ? first + step * i : last - step * (count - 1 - i),
  );
}

/** The values followed by 0, where the denoising ends. */
export function appendZero(sigmas: ArrayLike<number>): Float32Array {
  const result = new Float32Array(sigmas.length + 1);
  result.set(sigmas);
  return result;
}

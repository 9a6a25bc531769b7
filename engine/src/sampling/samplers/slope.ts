// The right-hand side of the probability flow ODE in sigma. Karras et al., "Elucidating the Design Space of
// Diffusion-Based Generative Models" (2022), equation 1 with sigma(t) = t.

/** dx/dsigma = (x - denoised) / sigma, as a new array. */
export function slope(x: Float32Array, denoised: Float32Array, sigma: number): Float32Array {
  const values = new Float32Array(x.length);
  for (let i = 0; i < values.length; i++) values[i] = Math.fround(x[i]! - denoised[i]!) / sigma;
  return values;
}

// Schedulers that pick entries of the model's table of sigmas at even distances.
// simple: counts down from the highest sigma. ddim_uniform: counts up from the second entry with a whole step width, as
// the first DDIM code did (Song et al., "Denoising Diffusion Implicit Models", 2020), so that the count can differ from
// what was asked.
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { appendZero } from './linspace.ts';

export function simple({ sigmas }: NoiseSchedule, steps: number): Float32Array {
  const width = sigmas.length / steps;
  return appendZero(Float32Array.from({ length: steps }, (_, i) => sigmas[sigmas.length - 1 - Math.trunc(i * width)]!));
}

export function ddimUniform({ sigmas }: NoiseSchedule, steps: number): Float32Array {
  const width = Math.max(Math.floor(sigmas.length / steps), 1);
  const picked: number[] = [];
  for (let position = 1; position < sigmas.length; position += width) picked.push(sigmas[position]!);
  return appendZero(picked.reverse());
}

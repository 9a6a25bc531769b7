// Noise that samplers add on their way. All kinds are made when first asked for. Seeds: golden data, section "Random
// numbers".
import { BrownianTree } from '../tensor/brownian-tree.ts';
import { SeededGenerator } from '../tensor/seeded-generator.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { RunOptions } from './run-options.ts';
import type { SamplerRun } from './samplers/sampler.ts';

export interface StepNoiseOptions extends Pick<RunOptions, 'compatNoise'> {
  readonly seed: bigint;
  /** Generator of the initial noise, after that draw. */
  readonly generator: SeededGenerator;
  readonly sigmas: Float32Array;
  /** Shape of the latent. */
  readonly dims: readonly number[];
}

export function stepNoise(
  options: StepNoiseOptions,
): Pick<SamplerRun, 'nextNoise' | 'brownianNoise' | 'continuedNoise'> {
  const { seed, compatNoise, generator: initial, sigmas, dims } = options;
  const count = elementCount(dims);
  let generator: SeededGenerator | undefined;
  let tree: BrownianTree | undefined;
  return {
    nextNoise: () => {
      // With the seed itself the first step noise would equal the initial noise.
      generator ??= new SeededGenerator(compatNoise === '0.3' ? seed : seed + 1n);
      return generator.normal(count);
    },
    brownianNoise: (sigma, sigmaNext) => {
      tree ??= new BrownianTree({ entropy: seed, ...motionInterval(sigmas), dims });
      return tree.noise(sigma, sigmaNext);
    },
    continuedNoise: size => initial.normal(size),
  };
}

/** The motion lives between the smallest positive and the largest sigma of the run. */
function motionInterval(sigmas: Float32Array): { t0: number; t1: number } {
  return { t0: Math.min(...sigmas.filter(sigma => sigma > 0)), t1: Math.max(...sigmas) };
}

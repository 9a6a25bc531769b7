// NOISE: where the noise of a run comes from. Rules of the seeds: golden data, section "Random numbers".
import { EngineError } from '../errors.ts';
import { type PreparedNoise, prepareNoise } from '../tensor/initial-noise.ts';
import { SeededGenerator } from '../tensor/seeded-generator.ts';
import { elementCount } from '../tensor/tensor.ts';

export interface NoiseShape {
  /** Shape of the latent, batch first. */
  readonly dims: readonly number[];
  /** Place of each item in the batch it was made in. */
  readonly batchIndex?: readonly number[] | undefined;
}

export interface NoiseSource {
  /** Also decides the noise that samplers add on their way. */
  readonly seed: bigint;
  /** Initial noise, and the generator as it is after that. */
  generate(shape: NoiseShape): PreparedNoise;
}

/** Standard normal noise. */
export function randomNoise(seed: bigint): NoiseSource {
  return { seed, generate: shape => prepareNoise({ ...shape, seed }) };
}

/** Starts from the latent as it is; step noise is drawn all the same. */
export function withoutNoise(seed = 0n): NoiseSource {
  return {
    seed,
    generate: ({ dims }) => ({
      noise: { data: new Float32Array(elementCount(dims)), dims: [...dims] },
      generator: new SeededGenerator(seed),
    }),
  };
}

/**
 * The noise of a run.
 * @throws EngineError INVALID_ARGUMENT when there are not as many places as latents.
 */
export function initialNoise(source: NoiseSource, shape: NoiseShape): PreparedNoise {
  const prepared = source.generate(shape);
  if (prepared.noise.data.length === elementCount(shape.dims)) return prepared;
  const expected = `one index for each of the ${shape.dims[0]} latents`;
  const actual = `${shape.batchIndex?.length} long`;
  throw new EngineError('INVALID_ARGUMENT', { name: 'batch_index', expected, actual });
}

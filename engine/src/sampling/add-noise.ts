// Noise put on a latent without sampling (AddNoise): as much as lies between the first and the last of the given sigmas.
// Golden data, cases `addnoise_*`.
import type { DiffusionModel, LatentFormat } from '../models/model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkRun } from './check-run.ts';
import { fromModelSpace, latentInModelSpace } from './latent-format.ts';
import { initialNoise, type NoiseSource } from './noise-source.ts';
import type { Prediction } from './parameterizations/parameterization.ts';
import { parameterizationOf } from './parameterizations/parameterization-of.ts';
import type { LatentInput } from './run-options.ts';

export interface AddNoiseOptions {
  readonly noise: NoiseSource;
  /** At least one; a single one is the level itself. An empty list returns the latent unchanged. */
  readonly sigmas: Float32Array;
  readonly latent: LatentInput;
}

/** @throws EngineError INVALID_ARGUMENT, LATENT_CHANNELS_MISMATCH, LATENT_NOT_FINITE, SIGMAS_NOT_FINITE. */
export function addNoise(
  { latentFormat, parameterization }: Pick<DiffusionModel, 'latentFormat' | 'parameterization'>,
  options: AddNoiseOptions,
): Tensor {
  return addScaledNoise(parameterizationOf(parameterization), latentFormat, options);
}

/** The same for a parameterisation that is ready. */
export function addScaledNoise(
  { noiseScaling }: Pick<Prediction, 'noiseScaling'>,
  format: LatentFormat,
  { noise: source, sigmas, latent }: AddNoiseOptions,
): Tensor {
  checkRun({ guidance: { scales: {} }, latent, sigmas });
  if (sigmas.length === 0) return latent.samples;
  const scaled = latentInModelSpace(latent.samples, format);
  const { noise } = initialNoise(source, { dims: scaled.dims, batchIndex: latent.batchIndex });
  const sigma = sigmas.length > 1 ? Math.abs(sigmas[0]! - sigmas.at(-1)!) : sigmas[0]!;
  const noisy = noiseScaling(Math.fround(sigma), noise.data, scaled.data);
  return { data: fromModelSpace({ data: noisy, dims: scaled.dims }, format), dims: scaled.dims };
}

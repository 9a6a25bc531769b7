// Sampling as the KSampler and KSamplerAdvanced nodes do it: names and step counts become sigmas, a model becomes a
// denoiser.
import { EngineError } from '../errors.ts';
import type { Conditioning, DiffusionModel } from '../models/model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { cfgGuidance } from './guidance/classifier-free.ts';
import { randomNoise, withoutNoise } from './noise-source.ts';
import { parameterizationOf } from './parameterizations/parameterization-of.ts';
import type { RunOptions } from './run-options.ts';
import { sampleGuided } from './sample-guided.ts';
import { samplerNamed } from './samplers/samplers.ts';
import { stepSigmas } from './schedulers/step-sigmas.ts';

export interface StepRange {
  /** First step to run, default 0; at or beyond the end the latent is returned unchanged. */
  readonly startStep?: number | undefined;
  /** Step before which to stop, default the end. */
  readonly lastStep?: number | undefined;
  /** End at sigma 0 even when stopping early, so that no noise is left. Default false. */
  readonly forceFullDenoise?: boolean | undefined;
}

export interface SampleOptions extends RunOptions, StepRange {
  readonly model: DiffusionModel;
  readonly positive: Conditioning;
  readonly negative: Conditioning;
  /** Guidance scale; at 1 the positive conditioning alone is evaluated. */
  readonly cfg: number;
  readonly seed: bigint;
  /** Start from the latent as it is. Step noise of the sampler is drawn all the same. Default false. */
  readonly disableNoise?: boolean | undefined;
  readonly steps: number;
  /** One of `samplerNames`. */
  readonly sampler: string;
  /** One of `schedulerNames`. */
  readonly scheduler: string;
  /** Strength 0..1: how much of the latent is replaced; 0 returns it unchanged. */
  readonly denoise: number;
}

/**
 * The sampled latent, shape of `latent.samples` (an empty latent takes the model's channels).
 * @throws EngineError SAMPLER_UNKNOWN, SCHEDULER_UNKNOWN and those of `sampleSigmas`; the signal's reason when aborted.
 */
export async function sample(options: SampleOptions): Promise<Tensor> {
  const { model, steps, scheduler, denoise } = options;
  const sampler = samplerNamed(options.sampler);
  const parameterization = parameterizationOf(model.parameterization);
  const discardPenultimate = sampler.discardsPenultimate === true;
  const sigmas = stepSigmas(parameterization, { scheduler, steps, denoise, discardPenultimate });
  const { samples } = await sampleGuided({
    ...options,
    guider: { model, guidance: cfgGuidance(options) },
    noise: options.disableNoise === true ? withoutNoise(options.seed) : randomNoise(options.seed),
    sampler,
    sigmas: sigmasOfRange(sigmas, options),
  });
  return samples;
}

/** The part of a schedule that a range of steps covers; empty when there is nothing to do. */
export function sigmasOfRange(
  sigmas: Float32Array,
  { startStep = 0, lastStep, forceFullDenoise }: StepRange,
): Float32Array {
  for (const [name, value] of [
    ['startStep', startStep],
    ['lastStep', lastStep ?? 0],
  ] as const) {
    if (!(value >= 0)) throw new EngineError('INVALID_ARGUMENT', { name, expected: '0 or more', actual: value });
  }
  const end = Math.min(lastStep ?? sigmas.length, sigmas.length - 1);
  if (startStep >= end) return new Float32Array(0);
  const part = sigmas.slice(startStep, end + 1);
  if (forceFullDenoise === true) part[part.length - 1] = 0;
  return part;
}

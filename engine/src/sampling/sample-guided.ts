// Sampling as the custom-sampling nodes do it: everything that KSampler decides by names is given as a part of its own.
import type { DiffusionModel } from '../models/model.ts';
import { networkAttention, networkDenoiser } from './guidance/denoiser.ts';
import type { Guidance } from './guidance/guidance.ts';
import type { NoiseSource } from './noise-source.ts';
import { parameterizationOf } from './parameterizations/parameterization-of.ts';
import type { RunOptions } from './run-options.ts';
import { type SampledLatent, sampleSigmas } from './sample-sigmas.ts';
import type { SamplerDefinition } from './samplers/sampler.ts';

/** GUIDER: a model and the rule by which its estimates are guided. */
export interface Guider {
  readonly model: DiffusionModel;
  readonly guidance: Guidance;
}

export interface SampleGuidedOptions extends RunOptions {
  readonly guider: Guider;
  readonly noise: NoiseSource;
  readonly sampler: SamplerDefinition;
  /** As for `sampleSigmas`. */
  readonly sigmas: Float32Array;
}

/** @throws EngineError as `sampleSigmas`; the signal's reason when aborted. */
export async function sampleGuided(options: SampleGuidedOptions): Promise<SampledLatent> {
  const { model, guidance } = options.guider;
  const parameterization = parameterizationOf(model.parameterization);
  return sampleSigmas({
    ...options,
    guidance,
    denoiser: networkDenoiser(model, parameterization),
    attention: networkAttention(model, parameterization),
    parameterization,
    latentFormat: model.latentFormat,
    patches: model.guidancePatches,
    maskOpening: model.maskOpening,
  });
}

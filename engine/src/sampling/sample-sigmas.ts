// One sampling run along given sigmas: noise is put on the latent, the sampler integrates with guided (and, when
// inpainting, masked) estimates, and the result leaves model space again. `sample.ts` chooses the sigmas as the
// KSampler nodes do; custom-sampling nodes bring their own. Rules and golden values: golden data, section "Samplers".
import { EngineError } from '../errors.ts';
import type { GuidancePatch } from '../models/guidance-patch.ts';
import type { LatentFormat, MaskOpening } from '../models/model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkRun } from './check-run.ts';
import { areAllFinite } from './finite.ts';
import type { Denoiser } from './guidance/denoiser.ts';
import type { Guidance } from './guidance/guidance.ts';
import { warnOfIgnoredOptions } from './guidance/ignored-options.ts';
import { type InpaintMask, inpaintMask, ownMaskNoise } from './inpaint-mask.ts';
import { fromModelSpace, latentInModelSpace } from './latent-format.ts';
import { initialNoise, type NoiseSource } from './noise-source.ts';
import type { Parameterization } from './parameterizations/parameterization.ts';
import type { RunOptions } from './run-options.ts';
import { samplerRun } from './sampler-run.ts';
import type { SamplerDefinition } from './samplers/sampler.ts';
import { stepNoise } from './step-noise.ts';

export interface SampleSigmasOptions extends RunOptions {
  readonly denoiser: Denoiser;
  /** For patches that ask where the network looks. */
  readonly attention?: Denoiser | undefined;
  readonly parameterization: Parameterization;
  readonly latentFormat: LatentFormat;
  readonly guidance: Guidance;
  /** Changes to the guidance that the model carries, default none. */
  readonly patches?: readonly GuidancePatch[] | undefined;
  /** How the latent's mask opens; by default it blends. */
  readonly maskOpening?: MaskOpening | undefined;
  readonly noise: NoiseSource;
  readonly sampler: SamplerDefinition;
  /**
   * Noise levels in one direction, usually falling to 0. An empty list returns the latent unchanged, a single one puts
   * its noise on it.
   */
  readonly sigmas: Float32Array;
}

export interface SampledLatent {
  readonly samples: Tensor;
  /** The last estimate of the clean latent; equals `samples` when no step was made. */
  readonly denoised: Tensor;
}

/**
 * @throws EngineError INVALID_ARGUMENT, LATENT_CHANNELS_MISMATCH, LATENT_NOT_FINITE, MODEL_OUTPUT_NOT_FINITE,
 * SIGMAS_NOT_FINITE, SIGMAS_NOT_MONOTONIC; the signal's reason when aborted.
 */
export async function sampleSigmas(options: SampleSigmasOptions): Promise<SampledLatent> {
  const { parameterization, latentFormat, sampler, sigmas, signal, onStep, noise: source } = options;
  checkRun(options);
  const unchanged = options.latent.samples;
  if (sigmas.length === 0) return { samples: unchanged, denoised: unchanged };
  signal?.throwIfAborted();
  warnOfIgnoredOptions(options.guidance.conditionings, options.onWarning);
  const latent = latentInModelSpace(unchanged, latentFormat);
  const { dims } = latent;
  const { noise, generator } = initialNoise(source, { dims, batchIndex: options.latent.batchIndex });
  let last: Tensor | undefined;
  const run = samplerRun({
    ...options,
    patches: options.patches ?? [],
    dims,
    mask: maskOf(options, latent, noise.data),
    noise: stepNoise({ ...options, seed: source.seed, generator, dims }),
    onStep: step => {
      last = step.denoised;
      onStep?.(step);
    },
  });
  const isMax = startsAtMaximum(sigmas[0]!, parameterization.sigmaMax);
  const start = parameterization.noiseScaling(sigmas[0]!, noise.data, latent.data, isMax);
  const hasSteps = sigmas.length > 1;
  const end = hasSteps ? await sampler.integrate(run, start) : start;
  const endDims = hasSteps ? (sampler.resultDims?.(dims) ?? dims) : dims;
  const lastSigma = sigmas.at(-1)! || (sampler.lastSigma ?? 0);
  const unscaled = parameterization.inverseNoiseScaling(lastSigma, end);
  const samples = fromModelSpace({ data: unscaled, dims: endDims }, latentFormat);
  if (!areAllFinite(samples)) throw new EngineError('LATENT_NOT_FINITE', { place: 'that sampling produced' });
  const denoised = last === undefined ? samples : fromModelSpace(last, latentFormat);
  return { samples: { data: samples, dims: endDims }, denoised: { data: denoised, dims: last?.dims ?? endDims } };
}

function maskOf(
  { latent: { noiseMask, batchIndex }, sampler, noise: { seed }, parameterization }: SampleSigmasOptions,
  latent: Tensor,
  noise: Float32Array,
): InpaintMask | undefined {
  if (noiseMask === undefined) return undefined;
  const cover = sampler.hasOwnMaskNoise === true ? ownMaskNoise(seed, latent.dims, batchIndex) : noise;
  return inpaintMask(noiseMask, latent, cover, parameterization);
}

/** At (or above) the highest sigma nothing of the latent is left; the tolerance covers schedulers that recompute it. */
function startsAtMaximum(sigma: number, sigmaMax: number): boolean {
  return sigma > sigmaMax || Math.abs(sigmaMax - sigma) <= 1e-5 * Math.max(sigmaMax, sigma);
}

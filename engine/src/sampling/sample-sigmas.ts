// One sampling run along given sigmas: noise is put on the latent, the sampler integrates with guided (and, when
// inpainting, masked) estimates, and the result leaves model space again. `sample.ts` chooses the sigmas as the
// KSampler nodes do; custom-sampling nodes bring their own. Rules and golden values: golden data, section "Samplers".
import { EngineError } from '../errors.ts';
import type { LatentFormat } from '../models/model.ts';
import { prepareNoise } from '../tensor/initial-noise.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { areAllFinite } from './finite.ts';
import type { Denoiser } from './guidance/denoiser.ts';
import { type InpaintMask, inpaintMask, ownMaskNoise } from './inpaint-mask.ts';
import { fromModelSpace, toModelSpace } from './latent-format.ts';
import type { Parameterization } from './parameterizations/parameterization.ts';
import type { RunOptions } from './run-options.ts';
import { samplerRun } from './sampler-run.ts';
import type { SamplerDefinition } from './samplers/sampler.ts';

export interface SampleSigmasOptions extends RunOptions {
  readonly denoiser: Denoiser;
  readonly parameterization: Parameterization;
  readonly latentFormat: LatentFormat;
  readonly sampler: SamplerDefinition;
  /** Descending, usually ending in 0; an empty list returns the latent unchanged. */
  readonly sigmas: Float32Array;
}

export interface SampledLatent {
  readonly samples: Tensor;
  /** The last estimate of the clean latent; equals `samples` when no step was made. */
  readonly denoised: Tensor;
}

/**
 * @throws EngineError INVALID_ARGUMENT, LATENT_CHANNELS_MISMATCH, LATENT_NOT_FINITE, MODEL_OUTPUT_NOT_FINITE,
 * SIGMAS_NOT_FINITE; the signal's reason when aborted.
 */
export async function sampleSigmas(options: SampleSigmasOptions): Promise<SampledLatent> {
  const { denoiser, parameterization, latentFormat, sampler, sigmas, signal, onStep } = options;
  checkNumbers(options);
  const unchanged = options.latent.samples;
  if (sigmas.length === 0) return { samples: unchanged, denoised: unchanged };
  signal?.throwIfAborted();
  const latent = latentInModelSpace(unchanged, latentFormat);
  const { dims } = latent;
  const noise = initialNoise(options, dims);
  const mask = maskOf(options, latent, noise);
  let lastDenoised: Float32Array | undefined;
  const run = samplerRun({
    options: {
      ...options,
      onStep: step => {
        lastDenoised = step.denoised.data;
        onStep?.(step);
      },
    },
    denoiser,
    parameterization,
    sigmas,
    dims,
    mask,
  });
  const isMax = startsAtMaximum(sigmas[0]!, parameterization.sigmaMax);
  const start = parameterization.noiseScaling(sigmas[0]!, noise, latent.data, isMax);
  const end = sigmas.length > 1 ? await sampler.integrate(run, start) : start;
  const lastSigma = sigmas.at(-1)! || (sampler.lastSigma ?? 0);
  const unscaled = parameterization.inverseNoiseScaling(lastSigma, end);
  const samples = fromModelSpace({ data: unscaled, dims }, latentFormat);
  if (!areAllFinite(samples)) throw new EngineError('LATENT_NOT_FINITE', { place: 'that sampling produced' });
  const denoised = lastDenoised === undefined ? samples : fromModelSpace({ data: lastDenoised, dims }, latentFormat);
  return { samples: { data: samples, dims }, denoised: { data: denoised, dims } };
}

function checkNumbers({ cfg, latent, sigmas }: SampleSigmasOptions): void {
  if (!Number.isFinite(cfg)) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'cfg', expected: 'a finite number', actual: cfg });
  }
  if (!areAllFinite(sigmas)) throw new EngineError('SIGMAS_NOT_FINITE', { sigmas: sigmas.join(', ') });
  if (!areAllFinite(latent.samples.data)) throw new EngineError('LATENT_NOT_FINITE', { place: 'given to the sampler' });
}

/** An empty latent stays empty and takes the model's channels; others are shifted and scaled. */
function latentInModelSpace({ data, dims }: Tensor, format: LatentFormat): Tensor {
  const [items, channels, ...size] = dims;
  if (items === undefined || size.length === 0 || elementCount(dims) === 0) {
    const expected = 'of the shape [batch, channels, height, width], not empty';
    throw new EngineError('INVALID_ARGUMENT', { name: 'The latent', expected, actual: `[${dims.join(', ')}]` });
  }
  if (data.every(value => value === 0)) {
    const emptyDims = [items, format.channels, ...size];
    return { data: new Float32Array(elementCount(emptyDims)), dims: emptyDims };
  }
  if (channels !== format.channels) {
    throw new EngineError('LATENT_CHANNELS_MISMATCH', { actual: channels ?? 0, expected: format.channels });
  }
  return { data: toModelSpace({ data, dims }, format), dims };
}

function initialNoise({ disableNoise, latent, seed }: RunOptions, dims: readonly number[]): Float32Array {
  const count = elementCount(dims);
  if (disableNoise === true) return new Float32Array(count);
  const { noise } = prepareNoise({ dims, seed, batchIndex: latent.batchIndex });
  if (noise.data.length === count) return noise.data;
  const expected = `one index for each of the ${dims[0]} latents`;
  const actual = `${latent.batchIndex?.length} long`;
  throw new EngineError('INVALID_ARGUMENT', { name: 'batch_index', expected, actual });
}

function maskOf(
  { latent: { noiseMask, batchIndex }, sampler, seed, parameterization }: SampleSigmasOptions,
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

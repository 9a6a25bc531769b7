// Binds one run's guidance, mask, noise, progress and abort signal to what samplers see of them.
import { EngineError } from '../errors.ts';
import type { Conditioning } from '../models/model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { areAllFinite } from './finite.ts';
import { bothEstimates, guidedEstimate } from './guidance/classifier-free.ts';
import { conditionsOf } from './guidance/condition.ts';
import { withCounterparts } from './guidance/counterparts.ts';
import type { Denoiser } from './guidance/denoiser.ts';
import { type InpaintMask, maskedEstimate, maskedInput } from './inpaint-mask.ts';
import type { Parameterization } from './parameterizations/parameterization.ts';
import type { RunOptions } from './run-options.ts';
import type { SamplerRun } from './samplers/sampler.ts';
import { stepNoise } from './step-noise.ts';

export interface SamplerRunOptions {
  readonly options: RunOptions;
  readonly denoiser: Denoiser;
  readonly parameterization: Parameterization;
  readonly sigmas: Float32Array;
  /** Shape of the latent. */
  readonly dims: readonly number[];
  readonly mask: InpaintMask | undefined;
}

export function samplerRun({ options, denoiser, parameterization, sigmas, dims, mask }: SamplerRunOptions): SamplerRun {
  const { signal, onStep, cfg } = options;
  const conditions = (conditioning: Conditioning) => conditionsOf(conditioning, dims, parameterization);
  const sides = withCounterparts(conditions(options.positive), conditions(options.negative));
  const guidance = { denoiser, ...sides, cfg };
  const callOptions = signal === undefined ? {} : { signal };
  const totalSteps = sigmas.length - 1;

  const inputFor = (x: Float32Array, sigma: number): Tensor => {
    signal?.throwIfAborted();
    return { data: mask === undefined ? x : maskedInput(mask, x, sigma), dims };
  };
  const finish = (estimate: Float32Array, sigma: number): Float32Array => {
    if (!areAllFinite(estimate)) {
      const step = Math.max(1, sigmas.filter(value => value >= sigma).length);
      throw new EngineError('MODEL_OUTPUT_NOT_FINITE', { step, totalSteps, sigma });
    }
    return mask === undefined ? estimate : maskedEstimate(mask, estimate);
  };

  return {
    sigmas,
    isFlow: parameterization.isFlow,
    percentToSigma: parameterization.percentToSigma,
    denoise: async (x, sigma) => finish(await guidedEstimate(guidance, inputFor(x, sigma), sigma, callOptions), sigma),
    denoiseBoth: async (x, sigma) => {
      const { guided, unconditional } = await bothEstimates(guidance, inputFor(x, sigma), sigma, callOptions);
      return { guided: finish(guided, sigma), unconditional };
    },
    ...stepNoise(options, sigmas, dims),
    report: (step, x, denoised) => {
      signal?.throwIfAborted();
      onStep?.({ step, totalSteps, x: { data: x, dims }, denoised: { data: denoised, dims } });
    },
  };
}

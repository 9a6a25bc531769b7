// Binds one run's guidance, mask, noise, progress and abort signal to what samplers see of them.
import { EngineError } from '../errors.ts';
import type { GuidancePatch } from '../models/guidance-patch.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { areAllFinite } from './finite.ts';
import { type Condition, conditionsOf } from './guidance/condition.ts';
import { withCounterparts } from './guidance/counterparts.ts';
import type { Denoiser } from './guidance/denoiser.ts';
import { estimateGroups } from './guidance/estimate.ts';
import type { Guidance, GuidedEstimate } from './guidance/guidance.ts';
import { startPatches } from './guidance/guidance-hooks.ts';
import { type InpaintMask, maskedEstimate, maskedInput } from './inpaint-mask.ts';
import type { Parameterization } from './parameterizations/parameterization.ts';
import type { RunOptions } from './run-options.ts';
import type { SamplerRun } from './samplers/sampler.ts';

export interface SamplerRunOptions extends Pick<RunOptions, 'signal' | 'onStep'> {
  readonly guidance: Guidance;
  readonly patches: readonly GuidancePatch[];
  readonly denoiser: Denoiser;
  readonly parameterization: Parameterization;
  readonly sigmas: Float32Array;
  /** Shape of the latent. */
  readonly dims: readonly number[];
  readonly mask: InpaintMask | undefined;
  readonly noise: Pick<SamplerRun, 'nextNoise' | 'brownianNoise' | 'continuedNoise'>;
}

export function samplerRun(options: SamplerRunOptions): SamplerRun {
  const { signal, onStep, parameterization, sigmas, dims, mask } = options;
  const guide = guideOf(options);
  const totalSteps = sigmas.length - 1;

  const inputFor = (x: Float32Array, sigma: number, size: readonly number[]): Tensor => {
    signal?.throwIfAborted();
    if (mask === undefined) return { data: x, dims: size };
    if (x.length !== mask.values.length) throw maskOfOtherSize();
    return { data: maskedInput(mask, x, sigma), dims: size };
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
    dims,
    isFlow: parameterization.isFlow,
    percentToSigma: parameterization.percentToSigma,
    denoise: async (x, sigma, size = dims) =>
      finish((await guide(inputFor(x, sigma, size), sigma, false)).guided, sigma),
    denoiseBoth: async (x, sigma) => {
      const { guided, unconditional = guided } = await guide(inputFor(x, sigma, dims), sigma, true);
      return { guided: finish(guided, sigma), unconditional };
    },
    ...options.noise,
    report: (step, x, denoised, size = dims) => {
      signal?.throwIfAborted();
      onStep?.({ step, totalSteps, x: { data: x, dims: size }, denoised: { data: denoised, dims: size } });
    },
  };
}

/** The run's guidance with the conditionings made ready for the size of a latent. */
function guideOf(options: SamplerRunOptions) {
  const { guidance, denoiser, parameterization, patches, signal } = options;
  const combine = startPatches(patches);
  const needsNegative = patches.some(patch => patch.needsNegative === true);
  const callOptions = signal === undefined ? {} : { signal };
  const prepared = new Map<string, readonly (readonly Condition[])[]>();
  const sidesFor = (size: readonly number[]) => {
    const known = prepared.get(size.join());
    if (known !== undefined) return known;
    const sides = guidance.conditionings.map(conditioning => conditionsOf(conditioning, size, parameterization));
    const answered = withCounterparts(sides);
    prepared.set(size.join(), answered);
    return answered;
  };
  // Bad conditioning is refused before the first call of the network.
  sidesFor(options.dims);
  return (x: Tensor, sigma: number, needsUnconditional: boolean): Promise<GuidedEstimate> => {
    const sides = sidesFor(x.dims);
    return guidance.guide({
      x,
      sigma,
      needsUnconditional,
      needsNegative,
      estimates: (...places) => {
        const groups = places.map(place => sides[place] ?? []);
        return estimateGroups(denoiser, groups, x, sigma, callOptions);
      },
      combine: (positive, negative, cfg) => combine({ positive, negative }, { x, sigma, cfg }),
    });
  };
}

function maskOfOtherSize(): EngineError {
  return new EngineError('INVALID_ARGUMENT', {
    name: 'The latent of a sampler that changes its size',
    expected: 'without a noise mask',
    actual: 'masked',
  });
}

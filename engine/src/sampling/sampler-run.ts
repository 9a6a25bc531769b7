// Binds one run's guidance, mask, noise, progress and abort signal to what samplers see of them.
import { EngineError } from '../errors.ts';
import type { FurtherEstimate, GuidanceMoment, GuidancePatch } from '../models/guidance-patch.ts';
import type { CallOptions, MaskOpening } from '../models/model.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { areAllFinite } from './finite.ts';
import { type Condition, conditionsOf } from './guidance/condition.ts';
import { withCounterparts } from './guidance/counterparts.ts';
import type { Denoiser } from './guidance/denoiser.ts';
import { contextOf, estimateGroups } from './guidance/estimate.ts';
import type { Guidance, GuidedEstimate, SidePlaces } from './guidance/guidance.ts';
import { startPatches } from './guidance/guidance-hooks.ts';
import { type InpaintMask, maskedEstimate, maskedInput } from './inpaint-mask.ts';
import { openingMask } from './mask-opening.ts';
import type { Parameterization } from './parameterizations/parameterization.ts';
import type { RunOptions } from './run-options.ts';
import type { SamplerRun } from './samplers/sampler.ts';

export interface SamplerRunOptions extends Pick<RunOptions, 'signal' | 'onStep'> {
  readonly guidance: Guidance;
  readonly patches: readonly GuidancePatch[];
  readonly denoiser: Denoiser;
  /** Where the network looks; missing where nothing can ask. */
  readonly attention?: Denoiser | undefined;
  readonly parameterization: Parameterization;
  readonly sigmas: Float32Array;
  /** Shape of the latent. */
  readonly dims: readonly number[];
  readonly mask: InpaintMask | undefined;
  readonly maskOpening?: MaskOpening | undefined;
  readonly noise: Pick<SamplerRun, 'nextNoise' | 'brownianNoise' | 'continuedNoise'>;
}

export function samplerRun(options: SamplerRunOptions): SamplerRun {
  const { signal, onStep, parameterization, sigmas, dims, mask, maskOpening } = options;
  const maskAt = mask && maskOpening ? openingMask(mask, maskOpening, sigmas) : () => mask;
  const guide = guideOf(options);
  const totalSteps = sigmas.length - 1;

  const inputFor = (x: Float32Array, sigma: number, size: readonly number[]): Tensor => {
    signal?.throwIfAborted();
    const current = maskAt(sigma);
    if (current === undefined) return { data: x, dims: size };
    if (x.length !== current.values.length) throw maskOfOtherSize();
    return { data: maskedInput(current, x, sigma), dims: size };
  };
  const finish = (estimate: Float32Array, sigma: number): Float32Array => {
    if (!areAllFinite(estimate)) {
      const step = Math.max(1, sigmas.filter(value => value >= sigma).length);
      throw new EngineError('MODEL_OUTPUT_NOT_FINITE', { step, totalSteps, sigma });
    }
    const current = maskAt(sigma);
    return current === undefined ? estimate : maskedEstimate(current, estimate);
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
  const { guidance, denoiser, parameterization, patches } = options;
  const combine = startPatches(patches);
  const needsNegative = patches.some(patch => patch.needsNegative === true);
  const callOptions = callOptionsOf(options);
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
      combine: (estimates, cfg, places = { positive: 0, negative: 1 }) =>
        combine(estimates, { x, sigma, cfg, ...furtherEstimates(options, { sides, places, x, sigma }) }),
    });
  };
}

interface Step {
  readonly sides: readonly (readonly Condition[])[];
  readonly places: SidePlaces;
  readonly x: Tensor;
  readonly sigma: number;
}

/** What patches may ask for beside the estimates that they are given. */
function furtherEstimates(
  options: SamplerRunOptions,
  { sides, places, x, sigma }: Step,
): Pick<GuidanceMoment, 'percentToSigma' | 'estimate' | 'attention'> {
  const { denoiser, attention, parameterization } = options;
  const callOptions = callOptionsOf(options);
  const conditionsFor = (of: FurtherEstimate['of']): readonly Condition[] =>
    typeof of === 'string' ? (sides[places[of]] ?? []) : conditionsOf(of, x.dims, parameterization);
  return {
    percentToSigma: parameterization.percentToSigma,
    estimate: async ({ of, x: data = x.data, changes = [] }) => {
      const changed: Denoiser = (input, call) => denoiser({ ...input, changes }, call);
      const [estimate] = await estimateGroups(changed, [conditionsFor(of)], { data, dims: x.dims }, sigma, callOptions);
      return estimate!;
    },
    attention: async () => {
      callOptions.signal?.throwIfAborted();
      const whole = conditionsFor('negative').find(({ region }) => region === undefined);
      if (attention === undefined || whole === undefined) throw noAttention();
      const { control } = whole;
      return attention({ x, sigma, context: contextOf([whole], x.dims[0]!), control }, callOptions);
    },
  };
}

function callOptionsOf({ signal }: Pick<SamplerRunOptions, 'signal'>): CallOptions {
  return signal === undefined ? {} : { signal };
}

function noAttention(): EngineError {
  return new EngineError('INVALID_ARGUMENT', {
    name: 'The negative conditioning of Self-Attention Guidance',
    expected: 'there and not limited to areas',
    actual: 'missing, or made of areas alone',
  });
}

function maskOfOtherSize(): EngineError {
  return new EngineError('INVALID_ARGUMENT', {
    name: 'The latent of a sampler that changes its size',
    expected: 'without a noise mask',
    actual: 'masked',
  });
}

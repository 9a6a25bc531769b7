// Other parameterisations for a loaded network: what its output is taken for, and which noise levels it is asked about. Merged and
// fine-tuned networks need them where their file does not tell what they were trained for. Data only; `sampling` gives it meaning.
import { EngineError } from '../errors.ts';
import type { DiffusionModel, LatentFormat, NoiseParameterization, NoiseScheduleData } from './model.ts';

/** The model, taken for one with another parameterisation. The weights stay shared. */
export function withParameterization(model: DiffusionModel, parameterization: NoiseParameterization): DiffusionModel {
  return { ...model, parameterization };
}

/** Names as ModelSamplingDiscrete shows them, with what they stand for. */
export const discretePredictions = {
  eps: 'eps',
  v_prediction: 'v',
  lcm: 'lcm',
  x0: 'x0',
  img_to_img: 'x0-unscaled',
} as const satisfies Record<string, NoiseParameterization['prediction']>;

type ScaledLinear = Extract<NoiseScheduleData, { readonly kind: 'scaled-linear' }>;

/** Betas of latent diffusion: networks that were trained on a continuous schedule are put on this table. */
const usualBetas: ScaledLinear = { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 };
/** Consistency models know 50 of the 1000 timesteps. */
const distilledTimesteps = 50;

/** The model's own table of timesteps, without what another patch made of it. */
export function discreteParameterization(
  { parameterization: { schedule } }: Pick<DiffusionModel, 'parameterization'>,
  {
    sampling,
    zeroTerminalSnr,
  }: { readonly sampling: keyof typeof discretePredictions; readonly zeroTerminalSnr: boolean },
): NoiseParameterization {
  const { timesteps, linearStart, linearEnd } = schedule.kind === 'scaled-linear' ? schedule : usualBetas;
  return {
    prediction: discretePredictions[sampling],
    schedule: {
      kind: 'scaled-linear',
      timesteps,
      linearStart,
      linearEnd,
      isZeroTerminalSnr: zeroTerminalSnr,
      ...(sampling === 'lcm' && { distilledTimesteps }),
    },
  };
}

/** Names as ModelSamplingContinuousEDM shows them. */
export const continuousPredictions = {
  v_prediction: { prediction: 'v' },
  edm: { prediction: 'edm', sigmaData: 0.5 },
  'edm_playground_v2.5': { prediction: 'edm', sigmaData: 0.5 },
  eps: { prediction: 'eps' },
  cosmos_rflow: { prediction: 'scaled-flow' },
} as const satisfies Record<string, Omit<NoiseParameterization, 'schedule'>>;

export interface SigmaRange {
  readonly sigmaMin: number;
  readonly sigmaMax: number;
}

/** Latents of Playground v2.5, which are normalised per channel. Facts: huggingface/diffusers and the golden data. */
export const playgroundLatentFormat: LatentFormat = {
  name: 'SDXL_Playground_2_5',
  channels: 4,
  downscale: 8,
  scaleFactor: 0.5,
  shiftFactor: 0,
  channelMeans: [-1.6574, 1.886, -1.383, 2.5155],
  channelStds: [8.4927, 5.9022, 6.5498, 5.2299],
  rgbFactors: [
    [0.392, 0.4054, 0.4549],
    [-0.2634, -0.0196, 0.0653],
    [0.0568, 0.1687, -0.0755],
    [-0.3112, -0.2359, -0.2076],
  ],
};

/** Any sigma of a range; the network is told its logarithm, a flow its time. @throws EngineError INVALID_ARGUMENT */
export function continuousParameterization(
  sampling: keyof typeof continuousPredictions,
  range: SigmaRange,
): NoiseParameterization {
  const timestep = sampling === 'cosmos_rflow' ? 'flow-time' : 'quarter-log';
  return {
    ...continuousPredictions[sampling],
    schedule: { kind: 'log-uniform', timestep, ...checkedRange(range) },
  };
}

/** Any sigma of a range, told as the angle between signal and noise. @throws EngineError INVALID_ARGUMENT */
export function angleParameterization(range: SigmaRange): NoiseParameterization {
  return { prediction: 'v', schedule: { kind: 'log-uniform', timestep: 'angle', ...checkedRange(range) } };
}

/** A rectified flow. @param multiplier timestep of pure noise: 1000 for SD 3, 1 for AuraFlow. @throws EngineError INVALID_ARGUMENT */
export function flowParameterization(shift: number, multiplier: number): NoiseParameterization {
  return { prediction: 'flow', schedule: { kind: 'flow', shift: checkedShift(shift), multiplier } };
}

/** A rectified flow with an exponential shift. @throws EngineError INVALID_ARGUMENT */
export function fluxParameterization(shift: number): NoiseParameterization {
  if (!Number.isFinite(shift)) throw notAShift(shift, 'a finite number');
  return { prediction: 'flow', schedule: { kind: 'flux', shift } };
}

/** @throws EngineError INVALID_ARGUMENT */
export function cosineParameterization(shift: number): NoiseParameterization {
  return { prediction: 'eps', schedule: { kind: 'cosine', shift: checkedShift(shift) } };
}

export interface ShiftRange {
  /** Shift at `fewTokens`. */
  readonly baseShift: number;
  /** Shift at 4096 tokens. */
  readonly maxShift: number;
  readonly fewTokens: number;
}

/** Larger pictures need more steps at high noise: the shift grows with the number of tokens (Esser et al. 2024, section 5.3.2). */
export function shiftOfTokens({ baseShift, maxShift, fewTokens }: ShiftRange, tokens: number): number {
  const slope = (maxShift - baseShift) / (4096 - fewTokens);
  return baseShift + slope * (tokens - fewTokens);
}

function checkedShift(shift: number): number {
  if (Number.isFinite(shift) && shift > 0) return shift;
  throw notAShift(shift, 'a number above 0');
}

function notAShift(shift: number, expected: string): EngineError {
  return new EngineError('INVALID_ARGUMENT', { name: 'The shift of the noise levels', expected, actual: shift });
}

function checkedRange(range: SigmaRange): SigmaRange {
  const { sigmaMin, sigmaMax } = range;
  if (sigmaMin > 0 && sigmaMax > sigmaMin && Number.isFinite(sigmaMax)) return range;
  const expected = 'sigma_min above 0 and sigma_max above sigma_min';
  throw new EngineError('INVALID_ARGUMENT', {
    name: 'The range of sigmas',
    expected,
    actual: `${sigmaMin} to ${sigmaMax}`,
  });
}

// The sigmas of one sampling run: the scheduler's values after the two adjustments that the KSampler nodes make.
// Rules: golden data, section "Schedules".
import { EngineError } from '../../errors.ts';
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { type SchedulerName, schedulerNames, schedulers } from './schedulers.ts';

/** Longest schedule that is computed; guards against a tiny `denoise`. */
const mostSteps = 1_000_000;

export interface StepSigmasOptions {
  readonly scheduler: string;
  /** Steps to run, at least 1. */
  readonly steps: number;
  /**
   * 1 starts from pure noise; below 1 just the last part of a longer schedule is run; 0 or less runs nothing. Default
   * 1.
   */
  readonly denoise?: number;
  /** Ask for one step more and leave out the last but one sigma, for samplers that evaluate between the sigmas. */
  readonly discardPenultimate?: boolean;
}

/**
 * The sigmas of the KSampler nodes: usually `steps + 1` descending values; empty when `denoise` is 0 or less.
 * @throws EngineError SCHEDULER_UNKNOWN, INVALID_ARGUMENT.
 */
export function stepSigmas(schedule: NoiseSchedule, options: StepSigmasOptions): Float32Array {
  const { steps, denoise = 1 } = options;
  const sigmas = scheduleSigmas(schedule, options);
  return denoise < 1 ? sigmas.slice(-(steps + 1)) : sigmas;
}

/**
 * The sigmas of the BasicScheduler node: as `stepSigmas`, but never more than `steps + 1` values, the last ones.
 * @throws EngineError SCHEDULER_UNKNOWN, INVALID_ARGUMENT.
 */
export function basicSigmas(schedule: NoiseSchedule, options: StepSigmasOptions): Float32Array {
  return scheduleSigmas(schedule, options).slice(-(options.steps + 1));
}

/** The scheduler's values for the whole denoising, of which the run is the end. */
function scheduleSigmas(schedule: NoiseSchedule, options: StepSigmasOptions): Float32Array {
  const { scheduler, steps, denoise = 1, discardPenultimate = false } = options;
  if (!isSchedulerName(scheduler)) {
    throw new EngineError('SCHEDULER_UNKNOWN', { scheduler, known: schedulerNames.join(', ') });
  }
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'steps', expected: 'an integer of at least 1', actual: steps });
  }
  if (Number.isNaN(denoise)) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'denoise', expected: 'a number from 0 to 1', actual: denoise });
  }
  if (denoise <= 0) return new Float32Array(0);
  const total = denoise < 1 ? Math.floor(steps / denoise) : steps;
  if (total > mostSteps) {
    const expected = `large enough that ${steps} steps are the end of at most ${mostSteps}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'denoise', expected, actual: denoise });
  }
  const schedulerFunction = schedulers[scheduler];
  return discardPenultimate
    ? withoutPenultimate(schedulerFunction(schedule, total + 1))
    : schedulerFunction(schedule, total);
}

function isSchedulerName(name: string): name is SchedulerName {
  return Object.hasOwn(schedulers, name);
}

function withoutPenultimate(sigmas: Float32Array): Float32Array {
  return sigmas.filter((_, i) => i !== sigmas.length - 2);
}

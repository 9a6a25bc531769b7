// Schedulers that are even in the network's timesteps.
// normal: from the first to the last timestep. sgm_uniform: leaves the last one out ("trailing" spacing).
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { appendZero, linspace } from './linspace.ts';

export function normal(schedule: NoiseSchedule, steps: number): Float32Array {
  return appendZero(sigmasAt(schedule, linspaceOfTimesteps(schedule, steps)));
}

export function sgmUniform(schedule: NoiseSchedule, steps: number): Float32Array {
  return appendZero(sigmasAt(schedule, linspaceOfTimesteps(schedule, steps + 1).subarray(0, steps)));
}

function linspaceOfTimesteps(schedule: NoiseSchedule, count: number): Float32Array {
  return linspace(schedule.timestep(schedule.sigmaMax), schedule.timestep(schedule.sigmaMin), count);
}

function sigmasAt(schedule: NoiseSchedule, timesteps: Float32Array): Float32Array {
  return timesteps.map(timestep => schedule.sigma(timestep));
}

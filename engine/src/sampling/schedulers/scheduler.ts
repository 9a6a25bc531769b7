// A scheduler chooses the sigmas (noise levels) of the steps. To add one: a function of this type in a file of its own
// and a line in `schedulers.ts`.
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';

/**
 * Descending sigmas for `steps` steps, usually `steps + 1` values ending in 0 (some schedulers drop duplicates or round
 * the count). Values are 32-bit floats, computed as the reference does so that even their rounding agrees.
 */
export type Scheduler = (schedule: NoiseSchedule, steps: number) => Float32Array;

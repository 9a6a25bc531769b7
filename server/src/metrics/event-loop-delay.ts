// How late timers fire, as a measure of how busy the event loop is. Sampling costs a little, so it begins with the first
// question; each answer covers the time since the one before.
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;

export interface LoopDelay {
  readonly meanSeconds: number;
  /** 99 of 100 timers were at most this late. */
  readonly p99Seconds: number;
  readonly maxSeconds: number;
}

export interface LoopDelayMeter {
  /** Zero at first. */
  read(): LoopDelay;
}

export function createLoopDelayMeter(): LoopDelayMeter {
  let histogram: IntervalHistogram | undefined;
  return {
    read: () => {
      if (histogram === undefined) {
        histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
        histogram.enable();
      }
      // A timer that is on time still fires after its whole interval.
      const late = (nanoseconds: number): number =>
        Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000) : 0;
      const isEmpty = histogram.count === 0;
      const delay = {
        meanSeconds: isEmpty ? 0 : late(histogram.mean),
        p99Seconds: isEmpty ? 0 : late(histogram.percentile(99)),
        maxSeconds: isEmpty ? 0 : late(histogram.max),
      };
      histogram.reset();
      return delay;
    },
  };
}

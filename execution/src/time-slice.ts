// Keeps long synchronous work from blocking the process: after a few milliseconds of work the event loop gets a turn.

const SLICE_MS = 8;

export interface TimeSlice {
  /** True when it is time to pause; cheap. */
  isOver(): boolean;
  /** Lets other work run and starts the next slice. */
  pause(): Promise<void>;
}

/** @param stepsPerLook how many calls of `isOver` share one look at the clock; for steps that are much shorter than a slice */
export function startTimeSlice(stepsPerLook = 1): TimeSlice {
  let start = performance.now();
  let calls = 0;
  return {
    isOver() {
      calls++;
      return calls % stepsPerLook === 0 && performance.now() - start > SLICE_MS;
    },
    async pause() {
      await new Promise(resolve => setImmediate(resolve));
      start = performance.now();
    },
  };
}

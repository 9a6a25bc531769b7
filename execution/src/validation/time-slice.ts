// Keeps long synchronous work from blocking the process: after a few milliseconds of work the event loop gets a turn.

const SLICE_MS = 8;

export interface TimeSlice {
  /** True when it is time to pause; cheap. */
  isOver(): boolean;
  /** Lets other work run and starts the next slice. */
  pause(): Promise<void>;
}

export function startTimeSlice(): TimeSlice {
  let start = performance.now();
  let calls = 0;
  return {
    isOver() {
      calls++;
      // Reading the clock costs more than a step of the work it guards.
      return (calls & 63) === 0 && performance.now() - start > SLICE_MS;
    },
    async pause() {
      await new Promise(resolve => setImmediate(resolve));
      start = performance.now();
    },
  };
}

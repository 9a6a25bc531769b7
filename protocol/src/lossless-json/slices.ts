// Long work on documents in slices of a few milliseconds, so that a process that reads or writes a huge one still answers others.

/** Work that can stop anywhere and go on later. */
export interface Resumable {
  /** Does up to so many steps; answers whether the work is complete. */
  advance(steps: number): boolean;
}

const SLICE_MS = 8;

/** Steps between two looks at the clock: some hundred microseconds of work. */
const STEPS_PER_LOOK = 512;

/** Completes the work; `pause` is awaited whenever a slice is over. */
export async function inSlices(work: Resumable, pause: () => Promise<void>): Promise<void> {
  for (let start = performance.now(); !work.advance(STEPS_PER_LOOK); ) {
    if (performance.now() - start < SLICE_MS) continue;
    await pause();
    start = performance.now();
  }
}

/** Work as a generator: it yields wherever it may stop, every few microseconds to a millisecond of work, and returns its result. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Does all of the work at once. */
export function allSteps<Result>(work: Steps<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work with a pause whenever a slice is over. */
export async function stepsInSlices<Result>(work: Steps<Result>, pause: () => Promise<void>): Promise<Result> {
  for (let start = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - start < SLICE_MS) continue;
    await pause();
    start = performance.now();
  }
}

// Work on pixels as a plan: an operation allocates its arrays, yields one pass of a kernel after the other, and returns its result.
// Who runs the plan decides where: `doPixelWork` here and now, `PixelThreads` on all cores. Both run the same kernels, so that
// results are the same bits.
import { EngineError } from '../errors.ts';
import { type PixelKernelArgs, type PixelKernelName, runPixelKernel } from './pixel-kernels.ts';

/** One kernel over all of its rows. */
export interface PixelPass {
  readonly kernel: PixelKernelName;
  readonly args: object;
  readonly rows: number;
}

/** Where arrays that kernels write come from. */
export interface PixelMemory {
  /** Zeros. @throws EngineError PIXELS_OUT_OF_MEMORY */
  floats(length: number): Float32Array;
  bytes(length: number): Uint8Array;
}

export type PixelSteps<Result> = Generator<PixelPass, Result, void>;

export interface PixelWork<Result> {
  /** How many values are read or written, roughly: little work is not worth a trip to another thread. */
  readonly values: number;
  steps(memory: PixelMemory): PixelSteps<Result>;
}

export function pixelPass<Name extends PixelKernelName>(
  kernel: Name,
  args: PixelKernelArgs<Name>,
  rows: number,
): PixelPass {
  return { kernel, args, rows };
}

const ownMemory: PixelMemory = {
  floats: length => allocated(length * 4, () => new Float32Array(length)),
  bytes: length => allocated(length, () => new Uint8Array(length)),
};

/** Does the work on the calling thread. */
export function doPixelWork<Result>(work: PixelWork<Result>): Result {
  const steps = work.steps(ownMemory);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    runPixelKernel(step.value.kernel, step.value.args, 0, step.value.rows);
  }
}

/** @throws EngineError PIXELS_OUT_OF_MEMORY */
export function allocated<Values>(sizeBytes: number, allocate: () => Values): Values {
  try {
    return allocate();
  } catch (cause) {
    throw new EngineError('PIXELS_OUT_OF_MEMORY', { megabytes: Math.ceil(sizeBytes / 2 ** 20) }, { cause });
  }
}

// Entry of a pixel thread: runs bands of rows of named kernels, one after the other, on arrays that are shared with the asker.
import { parentPort } from 'node:worker_threads';
import { type PixelKernelName, runPixelKernel } from './pixel-kernels.ts';

/** Rows `first` to `last` (excluded) of a pass. */
export interface PixelBand {
  readonly id: number;
  readonly kernel: PixelKernelName;
  readonly args: object;
  readonly first: number;
  readonly last: number;
}

export interface PixelReply {
  readonly id: number;
  /** Absent when the band was done. */
  readonly error?: string;
}

const port = parentPort;
if (!port) throw new Error('pixel-thread must be started as a worker thread');

port.on('message', ({ id, kernel, args, first, last }: PixelBand) => {
  try {
    runPixelKernel(kernel, args, first, last);
    port.postMessage({ id } satisfies PixelReply);
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies PixelReply);
  }
});

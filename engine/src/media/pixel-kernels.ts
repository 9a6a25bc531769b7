// The inner loops that may run on any thread, by name: a name and its arguments are all that crosses to another thread. Each
// works on a range of rows (whatever its file calls a row) and writes nothing but these rows of its target arrays.
import { blendRows } from './kernels/blend-rows.ts';
import { blurAcrossRows, blurAlongRows, unsharpRows } from './kernels/blur-rows.ts';
import { floatRowsToBytes } from './kernels/byte-values.ts';
import { gradientRows, linkEdges, thinRows } from './kernels/canny-rows.ts';
import { lumaRows, rgbToYuvRows, yuvToRgbRows } from './kernels/color-rows.ts';
import { compositeRows } from './kernels/composite-rows.ts';
import { copyPixels } from './kernels/copy-pixels.ts';
import { addNoiseRows, drawNormals } from './kernels/noise-rows.ts';
import { placeMask } from './kernels/outpaint-mask.ts';
import { quantizePictures } from './kernels/quantize-picture.ts';
import { resampleBytesAcrossRows, resampleBytesAlongRows } from './kernels/resample-bytes.ts';
import { resampleAcrossRows, resampleAlongRows } from './kernels/resample-floats.ts';
import { extremesAlongColumns, extremesAlongRows, subtractRows } from './kernels/sliding-extremes.ts';

export const pixelKernels = {
  addNoiseRows,
  blendRows,
  blurAcrossRows,
  blurAlongRows,
  compositeRows,
  copyPixels,
  drawNormals,
  extremesAlongColumns,
  extremesAlongRows,
  floatRowsToBytes,
  gradientRows,
  linkEdges,
  lumaRows,
  placeMask,
  quantizePictures,
  resampleAcrossRows,
  resampleAlongRows,
  resampleBytesAcrossRows,
  resampleBytesAlongRows,
  rgbToYuvRows,
  subtractRows,
  thinRows,
  unsharpRows,
  yuvToRgbRows,
} as const;

export type PixelKernelName = keyof typeof pixelKernels;
export type PixelKernelArgs<Name extends PixelKernelName> = Parameters<(typeof pixelKernels)[Name]>[0];

/** Runs a kernel over the rows `first` to `last` (excluded). */
export function runPixelKernel(name: PixelKernelName, args: object, first: number, last: number): void {
  const kernel = pixelKernels[name] as (args: object, first: number, last: number) => void;
  kernel(args, first, last);
}

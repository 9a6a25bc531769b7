// Growing and shrinking of masks: grey dilation and erosion, repeated step by step with the eight neighbours, or with the four
// nearest where corners are to be tapered. Instead of repeating, the whole reach is taken at once: a square is a running
// maximum along rows, then columns; a diamond of radius n is a running maximum along one diagonal, then the other, of n values
// each, and one step with the four neighbours, which fills the other half of the checkerboard. The running maximum is that of
// M. van Herk, "A fast algorithm for local minimum and maximum filters" (1992).
import type { Tensor } from '../tensor/tensor.ts';
import { maskBatch } from './masks.ts';

export interface GrowOptions {
  /** Pixels; negative shrinks. */
  readonly expand: number;
  /** Grow into diamonds instead of squares. */
  readonly isTapered: boolean;
}

/** Mask [batch, height, width], each item by itself; beyond the edges nothing is selected and nothing is missing. */
export function growMask(mask: Tensor, { expand, isTapered }: GrowOptions): Tensor {
  const { data, dims } = maskBatch(mask);
  const [batch = 0, height = 0, width = 0] = dims;
  // Beyond these reaches nothing changes any more.
  const reach = Math.min(Math.abs(expand), isTapered ? height + width : Math.max(height, width));
  if (reach === 0) return { data, dims };
  const sign = expand > 0 ? 1 : -1;
  const grown = new Float32Array(data.length);
  for (let item = 0; item < batch; item++) {
    const plane = data.subarray(item * height * width, (item + 1) * height * width);
    const signed = { values: plane.map(value => sign * value), width, height };
    const { values } = isTapered ? grownDiamond(signed, reach) : grownSquare(signed, reach);
    for (let i = 0; i < values.length; i++) grown[item * height * width + i] = sign * values[i]!;
  }
  return { data: grown, dims };
}

interface Plane {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

function grownSquare({ values, width, height }: Plane, reach: number): Plane {
  const result = values.slice();
  for (let y = 0; y < height; y++) spread(result, { start: y * width, step: 1, length: width }, reach, reach);
  for (let x = 0; x < width; x++) spread(result, { start: x, step: width, length: height }, reach, reach);
  return { values: result, width, height };
}

/** Ways along diagonals lead out of the picture and back, so it gets a margin of its own. */
function grownDiamond(plane: Plane, reach: number): Plane {
  const steps = reach - 1;
  const wide = withMargin(plane, steps + 1);
  const { values, width, height } = wide;
  for (const { start, length } of diagonals(width, height, 1)) {
    spread(values, { start, step: width + 1, length }, Math.ceil(steps / 2), Math.floor(steps / 2));
  }
  for (const { start, length } of diagonals(width, height, -1)) {
    spread(values, { start, step: width - 1, length }, Math.ceil(steps / 2), Math.floor(steps / 2));
  }
  return fourNeighbours(plane, wide, steps + 1, steps);
}

/** The step that completes the diamond, read from the middle of the wide plane. */
function fourNeighbours({ width, height }: Plane, wide: Plane, margin: number, steps: number): Plane {
  const result = new Float32Array(width * height);
  // For odd numbers of steps the running maxima look one step further ahead than back on both diagonals: one row.
  const shift = steps % 2 === 0 ? 0 : 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + margin - shift) * wide.width + x + margin;
      const { values } = wide;
      result[y * width + x] = Math.max(
        values[at]!,
        values[at - 1]!,
        values[at + 1]!,
        values[at - wide.width]!,
        values[at + wide.width]!,
      );
    }
  }
  return { values: result, width, height };
}

function withMargin({ values, width, height }: Plane, margin: number): Plane {
  const wideWidth = width + 2 * margin + 2;
  const wideHeight = height + 2 * margin + 2;
  const wide = new Float32Array(wideWidth * wideHeight).fill(Number.NEGATIVE_INFINITY);
  for (let y = 0; y < height; y++) {
    wide.set(values.subarray(y * width, (y + 1) * width), (y + margin) * wideWidth + margin);
  }
  return { values: wide, width: wideWidth, height: wideHeight };
}

/** Where the diagonals of a plane start, and how long they are: to the lower right (1) or to the lower left (-1). */
function diagonals(width: number, height: number, direction: 1 | -1): { start: number; length: number }[] {
  const side = direction === 1 ? 0 : width - 1;
  const fromTop = Array.from({ length: width }, (_, x) => ({
    start: x,
    length: Math.min(height, direction === 1 ? width - x : x + 1),
  }));
  const fromSide = Array.from({ length: height - 1 }, (_, y) => ({
    start: (y + 1) * width + side,
    length: Math.min(width, height - 1 - y),
  }));
  return [...fromTop, ...fromSide];
}

interface Line {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Replaces each value of a line by the largest of those from `back` before it to `ahead` after it. */
function spread(values: Float32Array, { start, step, length }: Line, ahead: number, back: number): void {
  const window = ahead + back + 1;
  if (window === 1) return;
  // Blocks as long as the window: every window is the end of one block and the beginning of the next.
  const padded = length + ahead + back;
  const line = new Float32Array(padded).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < length; i++) line[i + back] = values[start + i * step]!;
  const fromLeft = line.slice();
  for (let i = 1; i < padded; i++) if (i % window !== 0) fromLeft[i] = Math.max(fromLeft[i]!, fromLeft[i - 1]!);
  for (let i = padded - 2; i >= 0; i--) if ((i + 1) % window !== 0) line[i] = Math.max(line[i]!, line[i + 1]!);
  for (let i = 0; i < length; i++) values[start + i * step] = Math.max(line[i]!, fromLeft[i + window - 1]!);
}

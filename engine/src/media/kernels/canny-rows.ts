// The steps of Canny's edge detector after the blur (J. Canny, "A Computational Approach to Edge Detection", 1986), with the
// conventions of kornia.filters.canny (Apache-2.0, read for facts): Sobel gradients with repeated edges, directions rounded to
// eighths of a turn, neighbours outside of the picture count as 0.
import { roundHalfEven } from '../../tensor/round-half-even.ts';

/** The neighbour in each eighth of a turn from the x axis towards the y axis, which points down. */
const columnSteps = [1, 1, 0, -1, -1, -1, 0, 1] as const;
const rowSteps = [0, 1, 1, 1, 0, -1, -1, -1] as const;

/** Keeps the square root away from 0. */
const epsilon = 1e-6;

export interface GradientArgs {
  /** One value per pixel. */
  readonly source: Float32Array;
  readonly magnitude: Float32Array;
  /** 0 to 7. */
  readonly direction: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function gradientRows(args: GradientArgs, first: number, last: number): void {
  const { source, magnitude, direction, width, height } = args;
  for (let index = first; index < last; index++) {
    const row = index % height;
    const centre = index * width;
    const above = row > 0 ? centre - width : centre;
    const below = row < height - 1 ? centre + width : centre;
    for (let column = 0; column < width; column++) {
      const left = column > 0 ? column - 1 : 0;
      const right = column < width - 1 ? column + 1 : column;
      const aboveLeft = source[above + left]!;
      const aboveRight = source[above + right]!;
      const belowLeft = source[below + left]!;
      const belowRight = source[below + right]!;
      const x =
        aboveRight - aboveLeft + 2 * (source[centre + right]! - source[centre + left]!) + belowRight - belowLeft;
      const y =
        belowLeft - aboveLeft + 2 * (source[below + column]! - source[above + column]!) + belowRight - aboveRight;
      magnitude[centre + column] = Math.sqrt(x * x + y * y + epsilon);
      direction[centre + column] = roundHalfEven((Math.atan2(y, x) / Math.PI) * 4) & 7;
    }
  }
}

export interface ThinArgs {
  readonly magnitude: Float32Array;
  readonly direction: Uint8Array;
  /** 0 no edge, 1 weak, 2 strong */
  readonly edges: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly low: number;
  readonly high: number;
}

/** Keeps what is larger than both neighbours across the edge, and sorts it by the thresholds. */
export function thinRows(args: ThinArgs, first: number, last: number): void {
  const { magnitude, direction, edges, width, height } = args;
  const [low, high] = [Math.fround(args.low), Math.fround(args.high)];
  const at = (column: number, row: number, top: number): number =>
    column < 0 || column >= width || row < 0 || row >= height ? 0 : magnitude[(top + row) * width + column]!;
  for (let index = first; index < last; index++) {
    const row = index % height;
    const top = index - row;
    for (let column = 0; column < width; column++) {
      const place = index * width + column;
      const value = magnitude[place]!;
      const [x, y] = [columnSteps[direction[place]!]!, rowSteps[direction[place]!]!];
      const isLargest = value > at(column + x, row + y, top) && value > at(column - x, row - y, top);
      edges[place] = isLargest ? Number(value > low) + Number(value > high) : 0;
    }
  }
}

export interface LinkArgs {
  readonly edges: Uint8Array;
  /** Grey pictures of three channels. */
  readonly target: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Weak edges stay where a chain of them leads to a strong one. Rows are whole pictures. */
export function linkEdges({ edges, target, width, height }: LinkArgs, first: number, last: number): void {
  const size = width * height;
  for (let picture = first; picture < last; picture++) {
    const levels = edges.subarray(picture * size, (picture + 1) * size);
    const pending: number[] = [];
    for (let place = 0; place < size; place++) if (levels[place] === 2) pending.push(place);
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      target.fill(1, (picture * size + place) * 3, (picture * size + place + 1) * 3);
      const [column, row] = [place % width, Math.floor(place / width)];
      for (let eighth = 0; eighth < 8; eighth++) {
        const [x, y] = [column + columnSteps[eighth]!, row + rowSteps[eighth]!];
        if (x < 0 || x >= width || y < 0 || y >= height || levels[y * width + x] !== 1) continue;
        levels[y * width + x] = 2;
        pending.push(y * width + x);
      }
    }
  }
}

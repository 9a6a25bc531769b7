// Pictures with few colours: a palette of their own (`median-cut.ts`), and each pixel replaced by a near colour of it - the nearest,
// or chosen so that errors even out over an area: diffused to the neighbours (Floyd and Steinberg 1976, in integers as Pillow
// rounds them: python-pillow, Convert.c and Palette.c, HPND licence, read for facts) or against an ordered pattern (Bayer 1973).
import { roundHalfEven } from '../../tensor/round-half-even.ts';
import { bytesToFloatsInto, floatsToBytesInto } from './byte-values.ts';
import { medianCutPalette } from './median-cut.ts';

export const dithers = ['none', 'floyd-steinberg', 'bayer-2', 'bayer-4', 'bayer-8', 'bayer-16'] as const;
export type Dither = (typeof dithers)[number];

export interface QuantizeArgs {
  /** [picture, height, width, 3] */
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly width: number;
  readonly height: number;
  /** 1 to 256 */
  readonly colors: number;
  readonly dither: Dither;
}

/** Rows are whole pictures. */
export function quantizePictures(args: QuantizeArgs, first: number, last: number): void {
  const { source, target, width, height, colors, dither } = args;
  const size = width * height * 3;
  const bytes = new Uint8Array(size);
  for (let picture = first; picture < last; picture++) {
    floatsToBytesInto(source.subarray(picture * size, (picture + 1) * size), bytes);
    const palette = new Palette(medianCutPalette(bytes, colors));
    if (dither === 'floyd-steinberg') diffuse(bytes, width, palette);
    else {
      if (dither !== 'none') addPattern(bytes, width, { side: Number(dither.slice('bayer-'.length)), colors });
      for (let i = 0; i < size; i += 3)
        palette.write(palette.nearest(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!), bytes, i);
    }
    bytesToFloatsInto(bytes, target, picture * size);
  }
}

/** Finds near colours. Colours are looked up without their two lowest bits, so that every answer is found once. */
class Palette {
  readonly colors: Uint8Array;
  /** Per 64 x 64 x 64 colours: position of the nearest one; -1 before it was looked for. */
  readonly #found = new Int16Array(64 ** 3).fill(-1);

  constructor(colors: Uint8Array) {
    this.colors = colors;
  }

  /** Index of the red byte of the nearest colour, the first of equally near ones. */
  nearest(red: number, green: number, blue: number): number {
    const slot = ((red >> 2) << 12) | ((green >> 2) << 6) | (blue >> 2);
    const known = this.#found[slot]!;
    if (known >= 0) return known * 3;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.colors.length; i += 3) {
      const distance =
        (this.colors[i]! - (red & 0xfc)) ** 2 +
        (this.colors[i + 1]! - (green & 0xfc)) ** 2 +
        (this.colors[i + 2]! - (blue & 0xfc)) ** 2;
      if (distance < least) [least, best] = [distance, i];
    }
    this.#found[slot] = best / 3;
    return best;
  }

  write(color: number, bytes: Uint8Array, at: number): void {
    bytes[at] = this.colors[color]!;
    bytes[at + 1] = this.colors[color + 1]!;
    bytes[at + 2] = this.colors[color + 2]!;
  }
}

/** 7/16 of each error goes to the right, 3, 5 and 1/16 to the left, middle and right of the next row. */
function diffuse(bytes: Uint8Array, width: number, palette: Palette): void {
  // Sixteenths that the row above left for each pixel, shifted by one pixel.
  const left = new Int32Array((width + 1) * 3);
  const value = [0, 0, 0];
  for (let start = 0; start < bytes.length; start += width * 3) {
    const ahead = [0, 0, 0];
    const middle = [0, 0, 0];
    const corner = [0, 0, 0];
    for (let x = 0; x < width; x++) {
      const at = start + x * 3;
      for (let c = 0; c < 3; c++) {
        value[c] = clipByte(bytes[at + c]! + Math.trunc((ahead[c]! + left[x * 3 + 3 + c]!) / 16));
      }
      const color = palette.nearest(value[0]!, value[1]!, value[2]!);
      palette.write(color, bytes, at);
      for (let c = 0; c < 3; c++) {
        const error = value[c]! - palette.colors[color + c]!;
        left[x * 3 + c] = 3 * error + middle[c]!;
        middle[c] = 5 * error + corner[c]!;
        corner[c] = error;
        ahead[c] = 7 * error;
      }
    }
    // What the last pixel of the next row gets is, as in Pillow, all of it that of blue.
    left.set([middle[2]!, corner[2]!, corner[2]!], width * 3);
  }
}

/** Moves each value up or down by its place in a pattern of side x side thresholds; fewer colours are moved further. */
function addPattern(bytes: Uint8Array, width: number, { side, colors }: { side: number; colors: number }): void {
  const moves = bayerMatrix(side).map(row => row.map(rank => (512 / colors) * ((rank + 0.5) / side ** 2 - 0.5)));
  for (let i = 0; i < bytes.length; i++) {
    const pixel = Math.floor(i / 3);
    const move = moves[Math.floor(pixel / width) % side]![(pixel % width) % side]!;
    bytes[i] = clipByte(roundHalfEven(bytes[i]! + move));
  }
}

/** Ranks 0 to side^2 - 1, neighbours far apart. `side` is a power of two. */
export function bayerMatrix(side: number): number[][] {
  if (side === 1) return [[0]];
  const quarter = bayerMatrix(side / 2);
  const spread = (by: number) => quarter.map(row => row.map(rank => 4 * rank + by));
  const beside = (a: number[][], b: number[][]) => a.map((row, y) => [...row, ...b[y]!]);
  return [...beside(spread(0), spread(2)), ...beside(spread(3), spread(1))];
}

function clipByte(value: number): number {
  return value < 0 ? 0 : Math.min(value, 255);
}

// Pixels moved without a change of their values: cuts, turns, mirrors, and pictures laid into larger ones.

export interface CopyPixelsArgs {
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly channels: number;
  /** Size of the moved area as it lies in the target. */
  readonly width: number;
  readonly height: number;
  /** Where the values of the upper left target pixel are, and how far it is from there to the next item, row and column. */
  readonly from: PixelSteps;
  readonly to: PixelSteps;
}

/** All in values, not in pixels. */
export interface PixelSteps {
  readonly origin: number;
  readonly item: number;
  readonly row: number;
  readonly column: number;
}

/** Rows are those of the moved area, of all items. */
export function copyPixels(args: CopyPixelsArgs, first: number, last: number): void {
  const { source, target, channels, width, height, from, to } = args;
  for (let index = first; index < last; index++) {
    const item = Math.floor(index / height);
    const row = index - item * height;
    let read = from.origin + item * from.item + row * from.row;
    let write = to.origin + item * to.item + row * to.row;
    if (from.column === channels && to.column === channels) {
      target.set(source.subarray(read, read + width * channels), write);
      continue;
    }
    for (let column = 0; column < width; column++, read += from.column, write += to.column) {
      for (let channel = 0; channel < channels; channel++) target[write + channel] = source[read + channel]!;
    }
  }
}

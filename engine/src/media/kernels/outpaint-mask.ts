// The mask of a picture that gets a margin to be painted: 1 in the margin, and fading inwards from the sides that have one.

export interface OutpaintMaskArgs {
  /** [height, width] of the enlarged picture. */
  readonly target: Float32Array;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Size of the picture without its margins. */
  readonly width: number;
  readonly height: number;
  /** How far the mask reaches into the picture; 0 for a hard edge. */
  readonly feathering: number;
}

/** Rows are those of the enlarged picture. */
export function placeMask(args: OutpaintMaskArgs, first: number, last: number): void {
  const { target, left, top, right, bottom, width, height, feathering } = args;
  const full = left + width + right;
  for (let row = first; row < last; row++) {
    const y = row - top;
    const line = target.subarray(row * full, (row + 1) * full);
    line.fill(1);
    if (y < 0 || y >= height) continue;
    line.fill(0, left, left + width);
    if (feathering === 0) continue;
    const vertical = Math.min(top > 0 ? y : height, bottom > 0 ? height - y : height);
    for (let x = 0; x < width; x++) {
      const horizontal = Math.min(left > 0 ? x : width, right > 0 ? width - x : width);
      const depth = Math.min(vertical, horizontal);
      if (depth < feathering) line[left + x] = ((feathering - depth) / feathering) ** 2;
    }
  }
}

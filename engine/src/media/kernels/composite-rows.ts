// One picture or latent laid over another one through a mask, row by row; both are seen as [planes, height, width, values].

/** Size of one side; `planes` of a batch item share a mask. */
export interface CompositeGrid {
  readonly batch: number;
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Values of one place. */
  readonly values: number;
}

export interface CompositeArgs {
  readonly destination: Float32Array;
  readonly source: Float32Array;
  /** Planes of the size of the source, which repeat over the batch: 1 takes the source. Absent: all of it. */
  readonly weights?: Float32Array;
  readonly target: Float32Array;
  readonly to: CompositeGrid;
  /** Has at least as many values per place as `to`; its batch repeats. */
  readonly from: CompositeGrid;
  /** Where the first place of the source lies. */
  readonly x: number;
  readonly y: number;
}

const { fround } = Math;

/** Rows are those of all planes of the destination. */
export function compositeRows(args: CompositeArgs, first: number, last: number): void {
  const { destination, source, weights, target, to, from, x, y } = args;
  const inner = to.width * to.values;
  const masks = weights === undefined ? 1 : weights.length / (from.height * from.width);
  const start = Math.max(0, -x);
  const end = Math.min(from.width, to.width - x);
  for (let index = first; index < last; index++) {
    target.set(destination.subarray(index * inner, (index + 1) * inner), index * inner);
    const plane = Math.floor(index / to.height);
    const row = index - plane * to.height - y;
    if (row < 0 || row >= from.height) continue;
    const item = Math.floor(plane / to.planes);
    const sourcePlane = (item % from.batch) * from.planes + (plane % to.planes);
    const mask = ((item % masks) * from.height + row) * from.width;
    for (let column = start; column < end; column++) {
      const weight = weights === undefined ? 1 : weights[mask + column]!;
      const kept = fround(1 - weight);
      const at = index * inner + (x + column) * to.values;
      const taken = ((sourcePlane * from.height + row) * from.width + column) * from.values;
      for (let value = 0; value < to.values; value++) {
        target[at + value] = fround(source[taken + value]! * weight) + fround(destination[at + value]! * kept);
      }
    }
  }
}

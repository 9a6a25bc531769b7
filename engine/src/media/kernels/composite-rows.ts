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
  const count = Math.max(0, Math.min(from.width, to.width - x) - start);
  const everything = weights === undefined ? new Float32Array(count).fill(1) : undefined;
  for (let index = first; index < last; index++) {
    const below = destination.subarray(index * inner, (index + 1) * inner);
    const result = target.subarray(index * inner, (index + 1) * inner);
    const plane = Math.floor(index / to.height);
    const row = index - plane * to.height - y;
    const isTouched = row >= 0 && row < from.height;
    if (!isTouched || count < to.width) result.set(below);
    if (!isTouched) continue;
    const item = Math.floor(plane / to.planes);
    const sourcePlane = (item % from.batch) * from.planes + (plane % to.planes);
    const taken = ((sourcePlane * from.height + row) * from.width + start) * from.values;
    const masked = ((item % masks) * from.height + row) * from.width + start;
    const at = (x + start) * to.values;
    const places = { count, values: to.values, step: from.values };
    const above = source.subarray(taken, taken + count * from.values);
    const strengths = everything ?? weights!.subarray(masked, masked + count);
    mixPlaces(result.subarray(at), below.subarray(at), above, strengths, places);
  }
}

interface Places {
  readonly count: number;
  /** Values of a place in `result` and `below`. */
  readonly values: number;
  /** Values of a place in `above`. */
  readonly step: number;
}

/** above * strength + below * (1 - strength), rounded after each operation. */
function mixPlaces(
  result: Float32Array,
  below: Float32Array,
  above: Float32Array,
  strengths: Float32Array,
  { count, values, step }: Places,
): void {
  if (values === 3 && step === 3) {
    for (let place = 0, at = 0; place < count; place++, at += 3) {
      const strength = strengths[place]!;
      const kept = fround(1 - strength);
      result[at] = fround(above[at]! * strength) + fround(below[at]! * kept);
      result[at + 1] = fround(above[at + 1]! * strength) + fround(below[at + 1]! * kept);
      result[at + 2] = fround(above[at + 2]! * strength) + fround(below[at + 2]! * kept);
    }
    return;
  }
  for (let place = 0; place < count; place++) {
    const strength = strengths[place]!;
    const kept = fround(1 - strength);
    for (let value = 0; value < values; value++) {
      const at = place * values + value;
      result[at] = fround(above[place * step + value]! * strength) + fround(below[at]! * kept);
    }
  }
}

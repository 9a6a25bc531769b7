// Adaptive projected guidance: the difference between positive and negative estimate is smoothed over the steps, limited in
// length, and its part along the positive estimate (which oversaturates pictures) is scaled. Sadat et al., "Eliminating
// Oversaturation and Artifacts of High Guidance Scales in Diffusion Models" (2024), algorithm 1.
import type { GuidancePatch } from '../../models/guidance-patch.ts';
import { weightedSum } from '../weighted-sum.ts';

export interface AdaptiveProjectedOptions {
  /** Factor of the part along the positive estimate; 1 keeps it. */
  readonly eta: number;
  /** Longest difference per picture; 0 sets no limit. */
  readonly normThreshold: number;
  /** Share of the former differences that is added; negative values push away from them. 0: none. */
  readonly momentum: number;
}

export function adaptiveProjectedGuidance(options: AdaptiveProjectedOptions): GuidancePatch {
  const { eta, normThreshold, momentum } = options;
  return {
    name: 'adaptive projected guidance',
    start() {
      let average: Float32Array | undefined;
      return {
        combine({ positive, negative }, { x, cfg }) {
          let difference = positive.map((value, i) => value - negative[i]!);
          if (momentum !== 0) {
            const former = average;
            if (former !== undefined) difference = difference.map((value, i) => value + momentum * former[i]!);
            average = difference;
          }
          const size = difference.length / (x.dims[0] ?? 1);
          const changed = new Float32Array(difference.length);
          for (let start = 0; start < changed.length; start += size) {
            const item = (values: Float32Array) => values.subarray(start, start + size);
            changed.set(projected(item(difference), item(positive), eta, normThreshold), start);
          }
          // The paper adds (cfg - 1) times the difference; golden values, cases `guidance_APG_*`, add cfg times.
          return weightedSum([1, positive], [cfg, changed]);
        },
      };
    },
  };
}

/** One picture: the difference limited to `threshold`, its part along `direction` scaled by `eta`. */
function projected(difference: Float32Array, direction: Float32Array, eta: number, threshold: number): Float32Array {
  const length = Math.sqrt(dot(difference, difference));
  const limit = threshold > 0 && length > threshold ? threshold / length : 1;
  const square = dot(direction, direction);
  const share = square === 0 ? 0 : (limit * dot(difference, direction)) / square;
  return difference.map((value, i) => limit * value + (eta - 1) * share * direction[i]!);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

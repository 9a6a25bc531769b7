// Great guidance scales overexpose pictures, because they widen the spread of the estimate. Three remedies that bring it back to
// what the positive estimate has: its standard deviation (Lin et al., "Common Diffusion Noise Schedules and Sample Steps are
// Flawed", 2023, section 3.4), its length as a whole (Lumina-Image 2.0, Qin et al. 2025, section 3.3), or the length of each cell.
import type { GuidancePatch } from '../../models/guidance-patch.ts';
import { elementCount } from '../../tensor/tensor.ts';
import { guideAway } from './classifier-free.ts';
import { deviation, lengthOf, perItem } from './items.ts';

/** @param multiplier share of the rescaled estimate, 0..1 */
export function rescaledGuidance(multiplier: number): GuidancePatch {
  return {
    name: 'RescaleCFG',
    numbers: { multiplier },
    start: () => ({
      combine: ({ positive, negative }, { x, sigma, cfg }) =>
        perItem(x, [x.data, positive, negative], (noisy, towards, away) => {
          // Deviations are those of the velocity that a v network would predict, whatever this one predicts.
          const root = Math.hypot(sigma, 1);
          const scaled = noisy.map(value => value / root ** 2);
          const velocity = (estimate: Float32Array) =>
            estimate.map((value, i) => ((scaled[i]! - value) * root) / sigma);
          const target = velocity(towards);
          const guided = guideAway(target, velocity(away), cfg);
          const spread = deviation(guided);
          const factor = multiplier * (spread === 0 ? 1 : deviation(target) / spread) + (1 - multiplier);
          return guided.map((value, i) => scaled[i]! - (value * factor * sigma) / root);
        }),
    }),
  };
}

export interface RenormOptions {
  /** From this sigma on there is no guidance. */
  readonly truncatedFrom: number;
  /** Longest result, in lengths of the positive estimate; 0 sets no limit. */
  readonly limit: number;
}

export function renormalizedGuidance({ truncatedFrom, limit }: RenormOptions): GuidancePatch {
  return {
    name: 'RenormCFG',
    numbers: { cfg_trunc: truncatedFrom, renorm_cfg: limit },
    start: () => ({
      combine({ positive, negative }, { x, sigma, cfg }) {
        if (sigma >= truncatedFrom) return positive;
        return perItem(x, [positive, negative], (towards, away) => {
          const guided = guideAway(towards, away, cfg);
          const [longest, length] = [limit * lengthOf(towards), lengthOf(guided)];
          return limit > 0 && length > longest ? guided.map(value => (value * longest) / length) : guided;
        });
      },
    }),
  };
}

/** Cells that guidance made longer than the positive estimate get its length back. @param strength factor of the result */
export function cellNormGuidance(strength: number): GuidancePatch {
  return {
    name: 'CFGNorm',
    numbers: { strength },
    start: () => ({
      after: (guided, { positive }, { x }) =>
        perItem(x, [guided, positive], (item, towards) => {
          const cells = elementCount(x.dims.slice(2));
          const [squares, limits] = [item, towards].map(values => cellSquares(values, cells)) as [
            Float64Array,
            Float64Array,
          ];
          return item.map((value, i) => {
            const factor = Math.sqrt(limits[i % cells]!) / (Math.sqrt(squares[i % cells]!) + 1e-8);
            return value * Math.min(1, factor) * strength;
          });
        }),
    }),
  };
}

/** Squared length of each cell's vector over the channels. */
function cellSquares(values: Float32Array, cells: number): Float64Array {
  const squares = new Float64Array(cells);
  for (let i = 0; i < values.length; i++) squares[i % cells]! += values[i]! ** 2;
  return squares;
}

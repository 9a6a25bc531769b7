// Perp-Neg: of the negative direction only the part that is perpendicular to the positive one is used, so that a negative
// prompt never cancels what the positive one asks for. Both directions are counted from an empty conditioning. Armandpour et
// al., "Re-imagine the Negative Prompt Algorithm" (2023), section 4.
import type { GuidancePatch } from '../../models/guidance-patch.ts';
import type { Conditioning } from '../../models/model.ts';
import type { Guidance } from './guidance.ts';

const f32 = Math.fround;

export interface PerpendicularNegativeOptions {
  readonly positive: Conditioning;
  readonly negative: Conditioning;
  readonly empty: Conditioning;
  readonly cfg: number;
  /** How strongly the negative counts. */
  readonly negativeScale: number;
}

export function perpendicularNegativeGuidance(options: PerpendicularNegativeOptions): Guidance {
  const { positive, negative, empty, cfg, negativeScale } = options;
  return {
    conditionings: [positive, negative, empty],
    scales: { cfg, neg_scale: negativeScale },
    async guide({ estimates }) {
      const [towards, away, origin] = (await estimates(0, 1, 2)) as [Float32Array, Float32Array, Float32Array];
      return { guided: perpendicularNegative({ towards, away, origin, cfg, negativeScale }), unconditional: origin };
    },
  };
}

/** The same as a patch of the model: the empty conditioning is its own, the rest is that of the guider. */
export function perpendicularNegativePatch(empty: Conditioning, negativeScale: number): GuidancePatch {
  return {
    name: 'PerpNeg',
    needsNegative: true,
    numbers: { neg_scale: negativeScale },
    start: () => ({
      combine: async ({ positive, negative }, { cfg, estimate }) => {
        const origin = await estimate({ of: empty });
        return perpendicularNegative({ towards: positive, away: negative, origin, cfg, negativeScale });
      },
    }),
  };
}

export interface PerpendicularNegativeEstimates {
  readonly towards: Float32Array;
  readonly away: Float32Array;
  /** Estimate of the empty conditioning. */
  readonly origin: Float32Array;
  readonly cfg: number;
  readonly negativeScale: number;
}

/** origin + cfg * (p - negativeScale * (n - p * (n . p) / |p|^2)) with p and n counted from the origin. */
export function perpendicularNegative(estimates: PerpendicularNegativeEstimates): Float32Array {
  const { towards, away, origin, cfg, negativeScale } = estimates;
  let [product, square] = [0, 0];
  for (let i = 0; i < towards.length; i++) {
    const p = f32(towards[i]! - origin[i]!);
    product += p * f32(away[i]! - origin[i]!);
    square += p * p;
  }
  // Without a positive direction nothing is parallel to it.
  const share = square === 0 ? 0 : product / square;
  return towards.map((value, i) => {
    const p = f32(value - origin[i]!);
    const perpendicular = f32(away[i]! - origin[i]!) - share * p;
    return origin[i]! + cfg * (p - negativeScale * perpendicular);
  });
}

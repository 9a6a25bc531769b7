// Classifier-free guidance: estimate = negative + cfg * (positive - negative). Ho & Salimans, "Classifier-Free
// Diffusion Guidance" (2022). `basicGuidance` is the positive estimate alone.
import type { Conditioning } from '../../models/model.ts';
import type { Guidance } from './guidance.ts';

export interface CfgGuidanceOptions {
  readonly positive: Conditioning;
  readonly negative: Conditioning;
  /** Guidance scale; at 1 the negative conditioning has no influence and is not evaluated. */
  readonly cfg: number;
}

export function cfgGuidance({ positive, negative, cfg }: CfgGuidanceOptions): Guidance {
  return {
    conditionings: [positive, negative],
    scales: { cfg },
    async guide({ estimates, combine, needsUnconditional, needsNegative }) {
      if (isOne(cfg) && !needsUnconditional && !needsNegative) {
        const [towards] = await estimates(0);
        return { guided: await combine({ positive: towards!, negative: undefined }, cfg) };
      }
      const [towards, away] = await estimates(0, 1);
      return { guided: await combine({ positive: towards!, negative: away! }, cfg), unconditional: away! };
    },
  };
}

/** No guidance: samplers that ask for an unguided estimate get the only one there is. */
export function basicGuidance(conditioning: Conditioning): Guidance {
  return {
    conditionings: [conditioning],
    scales: {},
    async guide({ estimates, combine }) {
      const [estimate] = await estimates(0);
      const guided = await combine({ positive: estimate!, negative: undefined }, 1);
      return { guided, unconditional: guided };
    },
  };
}

/** Every operation is rounded, as in the reference: a run that begins at a tiny sigma magnifies even that. */
export function guideAway(positive: Float32Array, negative: Float32Array, cfg: number): Float32Array {
  const scale = Math.fround(cfg);
  const guided = new Float32Array(positive.length);
  for (let i = 0; i < guided.length; i++) {
    guided[i] = negative[i]! + Math.fround(Math.fround(positive[i]! - negative[i]!) * scale);
  }
  return guided;
}

/** Python's `math.isclose(cfg, 1)`. */
function isOne(cfg: number): boolean {
  return Math.abs(cfg - 1) <= 1e-9 * Math.max(Math.abs(cfg), 1);
}

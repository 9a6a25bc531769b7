// Guidance with two positive conditionings: the second one is guided away from the negative, the first one away from the
// second, each with a scale of its own. Brooks et al., "InstructPix2Pix" (2022), section 3.2.1; the nested form guides the
// first one away from the second and the result away from the negative.
import type { Conditioning } from '../../models/model.ts';
import { weightedSum } from '../weighted-sum.ts';
import { guideAway } from './classifier-free.ts';
import type { Guidance } from './guidance.ts';

export interface DualGuidanceOptions {
  readonly first: Conditioning;
  readonly second: Conditioning;
  readonly negative: Conditioning;
  /** Scale of the first against the second. */
  readonly cfgFirst: number;
  /** Scale against the negative. */
  readonly cfgSecond: number;
  /** Default false. */
  readonly isNested?: boolean;
}

export function dualGuidance(options: DualGuidanceOptions): Guidance {
  const { first, second, negative, cfgFirst, cfgSecond, isNested = false } = options;
  return {
    conditionings: [first, second, negative],
    scales: { cfg_conds: cfgFirst, cfg_cond2_negative: cfgSecond },
    async guide({ estimates, combine }) {
      const [one, two, away] = (await estimates(0, 1, 2)) as [Float32Array, Float32Array, Float32Array];
      const positive = isNested ? guideAway(one, two, cfgFirst) : two;
      const places = { positive: isNested ? 0 : 1, negative: 2 };
      const combined = await combine({ positive, negative: away }, cfgSecond, places);
      const guided = isNested ? combined : weightedSum([1, combined], [cfgFirst, one], [-cfgFirst, two]);
      return { guided, unconditional: away };
    },
  };
}

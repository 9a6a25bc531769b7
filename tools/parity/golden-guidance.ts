// How a golden case of the folder `samplers` is guided: by a guider node, by a patch of its model, or plainly by cfg.
import type { GuidancePatch } from '../../engine/src/models/guidance-patch.ts';
import type { Conditioning } from '../../engine/src/models/model.ts';
import { adaptiveProjectedGuidance } from '../../engine/src/sampling/guidance/adaptive-projected.ts';
import { basicGuidance, cfgGuidance } from '../../engine/src/sampling/guidance/classifier-free.ts';
import { dualGuidance } from '../../engine/src/sampling/guidance/dual.ts';
import { frameGuidance } from '../../engine/src/sampling/guidance/frame-scales.ts';
import type { Guidance } from '../../engine/src/sampling/guidance/guidance.ts';
import { perpendicularNegativeGuidance } from '../../engine/src/sampling/guidance/perpendicular-negative.ts';
import type { GoldenCase } from './suite.ts';

/** Inputs of guiders and patches; which are present depends on the node. */
interface GuidanceParams {
  readonly cfg?: number;
  readonly cfg_conds: number;
  readonly cfg_cond2_negative: number;
  readonly style: string;
  readonly neg_scale: number;
  readonly eta: number;
  readonly norm_threshold: number;
  readonly momentum: number;
  readonly min_cfg: number;
}

export interface GuidanceConditionings {
  readonly positive: Conditioning;
  readonly negative: Conditioning;
  /** Second conditioning of DualCFGGuider, empty one of PerpNegGuider. */
  readonly third: Conditioning;
}

const guiders: Readonly<Record<string, (params: GuidanceParams, conditionings: GuidanceConditionings) => Guidance>> = {
  BasicGuider: (_, { positive }) => basicGuidance(positive),
  CFGGuider: ({ cfg = 1 }, conditionings) => cfgGuidance({ ...conditionings, cfg }),
  DualCFGGuider: (params, { positive, negative, third }) =>
    dualGuidance({
      first: positive,
      second: third,
      negative,
      cfgFirst: params.cfg_conds,
      cfgSecond: params.cfg_cond2_negative,
      isNested: params.style === 'nested',
    }),
  PerpNegGuider: ({ cfg = 1, neg_scale }, { positive, negative, third }) =>
    perpendicularNegativeGuidance({ positive, negative, empty: third, cfg, negativeScale: neg_scale }),
};

const patches: Readonly<Record<string, (params: GuidanceParams) => GuidancePatch>> = {
  APG: ({ eta, norm_threshold: normThreshold, momentum }) =>
    adaptiveProjectedGuidance({ eta, normThreshold, momentum }),
  VideoLinearCFGGuidance: ({ min_cfg: minCfg }) => frameGuidance({ shape: 'linear', minCfg }),
  VideoTriangleCFGGuidance: ({ min_cfg: minCfg }) => frameGuidance({ shape: 'triangle', minCfg }),
};

/** Nodes whose guidance this version knows, beside plain cfg. */
export const guidedOperations: ReadonlySet<string> = new Set([
  ...Object.keys(guiders).map(name => `${name} via SamplerCustomAdvanced`),
  ...Object.keys(patches),
]);

export function guidanceOfCase(
  { op, params }: GoldenCase,
  conditionings: GuidanceConditionings,
): { readonly guidance: Guidance; readonly patches: readonly GuidancePatch[] } {
  const known = params as unknown as GuidanceParams;
  const guider = guiders[op.split(' ')[0]!];
  const patch = patches[op];
  return {
    guidance: guider?.(known, conditionings) ?? cfgGuidance({ ...conditionings, cfg: known.cfg ?? 1 }),
    patches: patch === undefined ? [] : [patch(known)],
  };
}

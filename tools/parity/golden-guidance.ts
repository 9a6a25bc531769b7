// How a golden case of the folder `samplers` is guided: by a guider node, by a patch of its model, or plainly by cfg.
import type { Conditioning, DiffusionModel } from '../../engine/src/models/model.ts';
import { basicGuidance, cfgGuidance } from '../../engine/src/sampling/guidance/classifier-free.ts';
import { dualGuidance } from '../../engine/src/sampling/guidance/dual.ts';
import type { Guidance } from '../../engine/src/sampling/guidance/guidance.ts';
import { perpendicularNegativeGuidance } from '../../engine/src/sampling/guidance/perpendicular-negative.ts';
import { patchedModel } from './patched-model.ts';
import type { GoldenCase } from './suite.ts';

/** Inputs of guiders and patches; which are present depends on the node. */
interface GuidanceParams {
  readonly cfg?: number;
  readonly cfg_conds: number;
  readonly cfg_cond2_negative: number;
  readonly style: string;
  readonly neg_scale: number;
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

/** Nodes that change the guidance of a model. */
const patchNodes = [
  'APG',
  'CFGNorm',
  'CFGZeroStar',
  'Epsilon Scaling',
  'FreSca',
  'Mahiro',
  'PerpNeg',
  'RenormCFG',
  'RescaleCFG',
  'TCFG',
  'VideoLinearCFGGuidance',
  'VideoTriangleCFGGuidance',
];

/** Operations of one node, beside plain cfg, that this version knows. */
export const guidedOperations: ReadonlySet<string> = new Set([
  ...Object.keys(guiders).map(name => `${name} via SamplerCustomAdvanced`),
  ...patchNodes,
  'DifferentialDiffusion + KSampler',
  'KSampler on a patched model',
]);

export function guidanceOfCase({ op, params }: GoldenCase, conditionings: GuidanceConditionings): Guidance {
  const known = params as unknown as GuidanceParams;
  const guider = guiders[op.split(' ')[0]!];
  return guider?.(known, conditionings) ?? cfgGuidance({ ...conditionings, cfg: known.cfg ?? 1 });
}

/** The case's model after the patch node that it names; the model itself where it names none. */
export async function modelOfCase(
  { op, params }: GoldenCase,
  known: Pick<DiffusionModel, 'parameterization' | 'latentFormat'>,
  empty: Conditioning,
): Promise<Pick<DiffusionModel, 'parameterization' | 'latentFormat' | 'guidancePatches' | 'maskOpening'>> {
  const named = params['patch'] as string | undefined;
  const [first = ''] = op.split(' + ');
  const node = named ?? ([...patchNodes, 'DifferentialDiffusion'].includes(first) ? first : undefined);
  if (node === undefined) return known;
  const inputs = (named === undefined ? params : params['patch_params']) as Readonly<Record<string, unknown>>;
  const model = await patchedModel(node, { ...inputs, empty_conditioning: empty }, known);
  return model ?? known;
}

// Guiders: a model with the conditionings that steer it and the rule by which their estimates become one.
import { basicGuidance, cfgGuidance, dualGuidance, perpendicularNegativeGuidance } from '@snug/engine';
import { combo, conditioning, defineNode, float, guider, model } from '@snug/execution';
import { cfgOptions } from './sampling-inputs.ts';

const pythonModule = 'comfy_extras.nodes_custom_sampler';
const category = 'sampling/custom_sampling/guiders';

export const BasicGuider = defineNode({
  id: 'BasicGuider',
  pythonModule,
  category,
  inputs: { model: model(), conditioning: conditioning() },
  outputs: [guider()],
  execute: ({ model, conditioning }) => [{ model, guidance: basicGuidance(conditioning) }],
});

export const CFGGuider = defineNode({
  id: 'CFGGuider',
  pythonModule,
  category,
  inputs: { model: model(), positive: conditioning(), negative: conditioning(), cfg: float(cfgOptions) },
  outputs: [guider()],
  execute: ({ model, ...sides }) => [{ model, guidance: cfgGuidance(sides) }],
});

export const DualCFGGuider = defineNode({
  id: 'DualCFGGuider',
  pythonModule,
  category,
  inputs: {
    model: model(),
    cond1: conditioning(),
    cond2: conditioning(),
    negative: conditioning(),
    cfg_conds: float(cfgOptions),
    cfg_cond2_negative: float(cfgOptions),
    style: combo(['regular', 'nested']),
  },
  outputs: [guider()],
  execute: ({ model, cond1, cond2, negative, cfg_conds, cfg_cond2_negative, style }) => {
    const guidance = dualGuidance({
      first: cond1,
      second: cond2,
      negative,
      cfgFirst: cfg_conds,
      cfgSecond: cfg_cond2_negative,
      isNested: style === 'nested',
    });
    return [{ model, guidance }];
  },
});

export const PerpNegGuider = defineNode({
  id: 'PerpNegGuider',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_perpneg',
  category: '_for_testing',
  experimental: true,
  inputs: {
    model: model(),
    positive: conditioning(),
    negative: conditioning(),
    empty_conditioning: conditioning(),
    cfg: float(cfgOptions),
    neg_scale: float({ default: 1, min: 0, max: 100, step: 0.01 }),
  },
  outputs: [guider()],
  execute: ({ model, positive, negative, empty_conditioning, cfg, neg_scale }) => {
    const sides = { positive, negative, empty: empty_conditioning };
    return [{ model, guidance: perpendicularNegativeGuidance({ ...sides, cfg, negativeScale: neg_scale }) }];
  },
});

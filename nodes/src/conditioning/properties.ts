// Mask, range and defaults set on conditionings in one node, for one side or for the positive and negative pair. Hooks travel
// along; a run says that it goes on without them.

import type { Tensor } from '@snug/engine';
import { type Conditioning, withConditioningOptions } from '@snug/engine';
import { combo, conditioning, defineNode, float, hooks, mask, socket } from '@snug/execution';
import type { Hook, TimestepsRange } from '../node-types.ts';
import { areaChoices, asBatch, strengthOptions } from './areas.ts';

const pythonModule = 'comfy_extras.nodes_hooks';
const single = { pythonModule, category: 'advanced/hooks/cond single', experimental: true } as const;
const pair = { pythonModule, category: 'advanced/hooks/cond pair', experimental: true } as const;
const timesteps = socket('TIMESTEPS_RANGE');
const sides = [conditioning({ name: 'positive' }), conditioning({ name: 'negative' })] as const;

const properties = {
  strength: float(strengthOptions),
  set_cond_area: combo(areaChoices),
  mask: mask({ optional: true }),
  hooks: hooks({ optional: true }),
  timesteps: timesteps({ optional: true }),
} as const;

interface Properties {
  readonly strength: number;
  readonly set_cond_area: (typeof areaChoices)[number];
  readonly mask?: Tensor;
  readonly hooks?: readonly Hook[];
  readonly timesteps?: TimestepsRange;
}

/** A group without hooks asks for nothing. */
function hookOption(hooks: readonly Hook[] = []): { readonly hooks?: readonly Hook[] } {
  return hooks.length > 0 ? { hooks } : {};
}

/** What is not linked stays as it was; strength and area belong to the mask. */
function withProperties(conditioning: Conditioning, given: Properties): Conditioning {
  const { mask, hooks, timesteps } = given;
  return withConditioningOptions(conditioning, {
    ...hookOption(hooks),
    ...(mask && {
      mask: asBatch(mask),
      set_area_to_bounds: given.set_cond_area === 'mask bounds',
      mask_strength: given.strength,
    }),
    ...(timesteps && { start_percent: timesteps[0], end_percent: timesteps[1] }),
  });
}

/** Stands in where the others leave the picture uncovered. */
function asDefault(conditioning: Conditioning, hooks: readonly Hook[] | undefined): Conditioning {
  return withConditioningOptions(conditioning, { default: true, ...hookOption(hooks) });
}

export const ConditioningSetProperties = defineNode({
  id: 'ConditioningSetProperties',
  displayName: 'Cond Set Props',
  ...single,
  inputs: { cond_NEW: conditioning(), ...properties },
  outputs: [conditioning()],
  execute: ({ cond_NEW, ...given }) => [withProperties(cond_NEW, given)],
});

export const ConditioningSetPropertiesAndCombine = defineNode({
  id: 'ConditioningSetPropertiesAndCombine',
  displayName: 'Cond Set Props Combine',
  ...single,
  inputs: { cond: conditioning(), cond_NEW: conditioning(), ...properties },
  outputs: [conditioning()],
  execute: ({ cond, cond_NEW, ...given }) => [[...cond, ...withProperties(cond_NEW, given)]],
});

export const ConditioningSetDefaultCombine = defineNode({
  id: 'ConditioningSetDefaultCombine',
  displayName: 'Cond Set Default Combine',
  ...single,
  inputs: { cond: conditioning(), cond_DEFAULT: conditioning(), hooks: properties.hooks },
  outputs: [conditioning()],
  execute: ({ cond, cond_DEFAULT, hooks }) => [[...cond, ...asDefault(cond_DEFAULT, hooks)]],
});

export const PairConditioningSetProperties = defineNode({
  id: 'PairConditioningSetProperties',
  displayName: 'Cond Pair Set Props',
  ...pair,
  inputs: { positive_NEW: conditioning(), negative_NEW: conditioning(), ...properties },
  outputs: sides,
  execute: ({ positive_NEW, negative_NEW, ...given }) => [
    withProperties(positive_NEW, given),
    withProperties(negative_NEW, given),
  ],
});

export const PairConditioningSetPropertiesAndCombine = defineNode({
  id: 'PairConditioningSetPropertiesAndCombine',
  displayName: 'Cond Pair Set Props Combine',
  ...pair,
  inputs: {
    positive: conditioning(),
    negative: conditioning(),
    positive_NEW: conditioning(),
    negative_NEW: conditioning(),
    ...properties,
  },
  outputs: sides,
  execute: ({ positive, negative, positive_NEW, negative_NEW, ...given }) => [
    [...positive, ...withProperties(positive_NEW, given)],
    [...negative, ...withProperties(negative_NEW, given)],
  ],
});

export const PairConditioningSetDefaultCombine = defineNode({
  id: 'PairConditioningSetDefaultCombine',
  displayName: 'Cond Pair Set Default Combine',
  ...pair,
  inputs: {
    positive: conditioning(),
    negative: conditioning(),
    positive_DEFAULT: conditioning(),
    negative_DEFAULT: conditioning(),
    hooks: properties.hooks,
  },
  outputs: sides,
  execute: ({ positive, negative, positive_DEFAULT, negative_DEFAULT, hooks }) => [
    [...positive, ...asDefault(positive_DEFAULT, hooks)],
    [...negative, ...asDefault(negative_DEFAULT, hooks)],
  ],
});

export const PairConditioningCombine = defineNode({
  id: 'PairConditioningCombine',
  displayName: 'Cond Pair Combine',
  ...pair,
  inputs: {
    positive_A: conditioning(),
    negative_A: conditioning(),
    positive_B: conditioning(),
    negative_B: conditioning(),
  },
  outputs: sides,
  execute: ({ positive_A, negative_A, positive_B, negative_B }) => [
    [...positive_A, ...positive_B],
    [...negative_A, ...negative_B],
  ],
});

const share = { min: 0, max: 1, step: 0.001 } as const;

export const ConditioningTimestepsRange = defineNode({
  id: 'ConditioningTimestepsRange',
  displayName: 'Timesteps Range',
  pythonModule,
  category: 'advanced/hooks',
  experimental: true,
  inputs: {
    start_percent: float({ default: 0, ...share }),
    end_percent: float({ default: 1, ...share }),
  },
  outputs: [
    timesteps({ name: 'TIMESTEPS_RANGE' }),
    timesteps({ name: 'BEFORE_RANGE' }),
    timesteps({ name: 'AFTER_RANGE' }),
  ],
  execute: ({ start_percent, end_percent }) => [
    [start_percent, end_percent],
    [0, start_percent],
    [end_percent, 1],
  ],
});

// Several conditionings become one: listed side by side, mixed, or joined; and one becomes nothing.
import { averageConditioning, concatConditioning, zeroConditioning } from '@snug/engine';
import { conditioning, defineNode, float } from '@snug/execution';

const category = 'conditioning';

export const ConditioningAverage = defineNode({
  id: 'ConditioningAverage',
  category,
  inputs: {
    conditioning_to: conditioning(),
    conditioning_from: conditioning(),
    conditioning_to_strength: float({ default: 1, min: 0, max: 1, step: 0.01 }),
  },
  outputs: [conditioning()],
  execute: ({ conditioning_to, conditioning_from, conditioning_to_strength }) => [
    averageConditioning(conditioning_to, conditioning_from, conditioning_to_strength),
  ],
});

export const ConditioningCombine = defineNode({
  id: 'ConditioningCombine',
  displayName: 'Conditioning (Combine)',
  category,
  inputs: { conditioning_1: conditioning(), conditioning_2: conditioning() },
  outputs: [conditioning()],
  execute: ({ conditioning_1, conditioning_2 }) => [[...conditioning_1, ...conditioning_2]],
});

export const ConditioningConcat = defineNode({
  id: 'ConditioningConcat',
  displayName: 'Conditioning (Concat)',
  category,
  inputs: { conditioning_to: conditioning(), conditioning_from: conditioning() },
  outputs: [conditioning()],
  execute: ({ conditioning_to, conditioning_from }) => [concatConditioning(conditioning_to, conditioning_from)],
});

export const ConditioningZeroOut = defineNode({
  id: 'ConditioningZeroOut',
  category: 'advanced/conditioning',
  inputs: { conditioning: conditioning() },
  outputs: [conditioning()],
  execute: ({ conditioning }) => [zeroConditioning(conditioning)],
});

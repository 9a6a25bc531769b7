// Where in the picture a conditioning applies, how strongly, and in which part of the denoising. These nodes only note it;
// the sampler reads it.
import { type Tensor, withConditioningOptions } from '@snug/engine';
import { combo, conditioning, defineNode, float, int, mask } from '@snug/execution';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';

const category = 'conditioning';

/** Areas are kept in latent cells. */
const PIXELS_PER_CELL = 8;
const cells = (pixels: number): number => Math.floor(pixels / PIXELS_PER_CELL);

export const strengthOptions = { default: 1, min: 0, max: 10, step: 0.01 } as const;
const strength = float(strengthOptions);
const size = int({ default: 64, min: 64, max: MAX_RESOLUTION, step: 8 });
const offset = int({ default: 0, min: 0, max: MAX_RESOLUTION, step: 8 });
const shareOfSize = float({ default: 1, min: 0n, max: 1, step: 0.01 });
const shareOfOffset = float({ default: 0n, min: 0n, max: 1, step: 0.01 });

export const ConditioningSetArea = defineNode({
  id: 'ConditioningSetArea',
  displayName: 'Conditioning (Set Area)',
  category,
  inputs: { conditioning: conditioning(), width: size, height: size, x: offset, y: offset, strength },
  outputs: [conditioning()],
  execute: ({ conditioning, width, height, x, y, strength }) => {
    const area = [height, width, y, x].map(cells);
    return [withConditioningOptions(conditioning, { area, strength, set_area_to_bounds: false })];
  },
});

export const ConditioningSetAreaPercentage = defineNode({
  id: 'ConditioningSetAreaPercentage',
  displayName: 'Conditioning (Set Area with Percentage)',
  category,
  inputs: {
    conditioning: conditioning(),
    width: shareOfSize,
    height: shareOfSize,
    x: shareOfOffset,
    y: shareOfOffset,
    strength,
  },
  outputs: [conditioning()],
  execute: ({ conditioning, width, height, x, y, strength }) => {
    const area = ['percentage', height, width, y, x];
    return [withConditioningOptions(conditioning, { area, strength, set_area_to_bounds: false })];
  },
});

export const ConditioningSetAreaPercentageVideo = defineNode({
  id: 'ConditioningSetAreaPercentageVideo',
  pythonModule: 'comfy_extras.nodes_video_model',
  category,
  inputs: {
    conditioning: conditioning(),
    width: shareOfSize,
    height: shareOfSize,
    temporal: shareOfSize,
    x: shareOfOffset,
    y: shareOfOffset,
    z: shareOfOffset,
    strength,
  },
  outputs: [conditioning()],
  execute: ({ conditioning, width, height, temporal, x, y, z, strength }) => {
    const area = ['percentage', temporal, height, width, z, y, x];
    return [withConditioningOptions(conditioning, { area, strength, set_area_to_bounds: false })];
  },
});

export const ConditioningSetAreaStrength = defineNode({
  id: 'ConditioningSetAreaStrength',
  category,
  inputs: { conditioning: conditioning(), strength },
  outputs: [conditioning()],
  execute: ({ conditioning, strength }) => [withConditioningOptions(conditioning, { strength })],
});

export const areaChoices = ['default', 'mask bounds'] as const;

/** A mask of two dimensions is a batch of one. */
export function asBatch(mask: Tensor): Tensor {
  return mask.dims.length < 3 ? { data: mask.data, dims: [1, ...mask.dims] } : mask;
}

export const ConditioningSetMask = defineNode({
  id: 'ConditioningSetMask',
  displayName: 'Conditioning (Set Mask)',
  category,
  inputs: { conditioning: conditioning(), mask: mask(), strength, set_cond_area: combo(areaChoices) },
  outputs: [conditioning()],
  execute: ({ conditioning, mask, strength, set_cond_area }) => [
    withConditioningOptions(conditioning, {
      mask: asBatch(mask),
      set_area_to_bounds: set_cond_area === 'mask bounds',
      mask_strength: strength,
    }),
  ],
});

const share = { min: 0, max: 1, step: 0.001 } as const;

export const ConditioningSetTimestepRange = defineNode({
  id: 'ConditioningSetTimestepRange',
  category: 'advanced/conditioning',
  inputs: {
    conditioning: conditioning(),
    start: float({ default: 0, ...share }),
    end: float({ default: 1, ...share }),
  },
  outputs: [conditioning()],
  execute: ({ conditioning, start, end }) => [
    withConditioningOptions(conditioning, { start_percent: start, end_percent: end }),
  ],
});

// Models whose network computes differently. The change is data on a copy of the handle; a network that cannot follow it says so
// when it is sampled. The weights stay shared.
import { type AttentionScaleChange, type DiffusionModel, resizeMethods, withNetworkPatch } from '@snug/engine';
import { boolean, combo, defineNode, float, int, model } from '@snug/execution';

const outputs = [model()] as const;
const freeLunch = { pythonModule: 'comfy_extras.nodes_freelunch', category: 'model_patches/unet' } as const;
const factor = (value: number) => float({ default: value, min: 0, max: 10, step: 0.01 });

export const FreeU = defineNode({
  id: 'FreeU',
  ...freeLunch,
  inputs: { model: model(), b1: factor(1.1), b2: factor(1.2), s1: factor(0.9), s2: factor(0.2) },
  outputs,
  execute: ({ model, b1, b2, s1, s2 }) => [
    withNetworkPatch(model, { change: { kind: 'free-u', version: 1, backbone: [b1, b2], skip: [s1, s2] } }),
  ],
});

export const FreeU_V2 = defineNode({
  id: 'FreeU_V2',
  ...freeLunch,
  inputs: { model: model(), b1: factor(1.3), b2: factor(1.4), s1: factor(0.9), s2: factor(0.2) },
  outputs,
  execute: ({ model, b1, b2, s1, s2 }) => [
    withNetworkPatch(model, { change: { kind: 'free-u', version: 2, backbone: [b1, b2], skip: [s1, s2] } }),
  ],
});

export const PatchModelAddDownscale = defineNode({
  id: 'PatchModelAddDownscale',
  displayName: 'PatchModelAddDownscale (Kohya Deep Shrink)',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_model_downscale',
  category: 'model_patches/unet',
  inputs: {
    model: model(),
    block_number: int({ default: 3, min: 1, max: 32, step: 1 }),
    downscale_factor: float({ default: 2, min: 0.1, max: 9, step: 0.001 }),
    start_percent: float({ default: 0, min: 0, max: 1, step: 0.001 }),
    end_percent: float({ default: 0.35, min: 0, max: 1, step: 0.001 }),
    downscale_after_skip: boolean({ default: true }),
    downscale_method: combo(resizeMethods),
    upscale_method: combo(resizeMethods),
  },
  outputs,
  execute: ({ model, block_number, downscale_factor, downscale_after_skip, ...options }) => {
    const change = {
      kind: 'downscale',
      block: block_number,
      factor: downscale_factor,
      isAfterSkip: downscale_after_skip,
      downscaleMethod: options.downscale_method,
      upscaleMethod: options.upscale_method,
    } as const;
    return [withNetworkPatch(model, { change, startPercent: options.start_percent, endPercent: options.end_percent })];
  },
});

const experiment = {
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_attention_multiply',
  category: '_for_testing/attention_experiments',
  experimental: true,
} as const;
const projections = { q: factor(1), k: factor(1), v: factor(1), out: factor(1) } as const;

interface ProjectionFactors {
  readonly q: number;
  readonly k: number;
  readonly v: number;
  readonly out: number;
}

function withScaledAttention(
  model: DiffusionModel,
  attention: AttentionScaleChange['attention'],
  { q, k, v, out }: ProjectionFactors,
): DiffusionModel {
  return withNetworkPatch(model, {
    change: { kind: 'attention-scale', attention, query: q, key: k, value: v, out },
  });
}

export const UNetSelfAttentionMultiply = defineNode({
  id: 'UNetSelfAttentionMultiply',
  ...experiment,
  inputs: { model: model(), ...projections },
  outputs,
  execute: ({ model, ...factors }) => [withScaledAttention(model, 'self', factors)],
});

export const UNetCrossAttentionMultiply = defineNode({
  id: 'UNetCrossAttentionMultiply',
  ...experiment,
  inputs: { model: model(), ...projections },
  outputs,
  execute: ({ model, ...factors }) => [withScaledAttention(model, 'cross', factors)],
});

/** Networks for pictures have no attention between frames, so the two temporal factors change nothing there. */
export const UNetTemporalAttentionMultiply = defineNode({
  id: 'UNetTemporalAttentionMultiply',
  ...experiment,
  inputs: {
    model: model(),
    self_structural: factor(1),
    self_temporal: factor(1),
    cross_structural: factor(1),
    cross_temporal: factor(1),
  },
  outputs,
  execute: ({ model, self_structural, cross_structural }) => {
    const self = withScaledAttention(model, 'self', { q: 1, k: 1, v: 1, out: self_structural });
    return [withScaledAttention(self, 'cross', { q: 1, k: 1, v: 1, out: cross_structural })];
  },
});

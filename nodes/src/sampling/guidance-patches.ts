// Models with changed guidance. A patched model is a copy of the handle; its weights stay shared.
import { adaptiveProjectedGuidance, frameGuidance, operatedGuidance, withGuidancePatch } from '@snug/engine';
import { defineNode, float, model, socket } from '@snug/execution';

export const APG = defineNode({
  id: 'APG',
  displayName: 'Adaptive Projected Guidance',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_apg',
  category: 'sampling/custom_sampling',
  inputs: {
    model: model(),
    eta: float({
      tooltip: 'How much of the part along the positive estimate is kept; below 1 colours stay calmer.',
      default: 1,
      min: -10,
      max: 10,
      step: 0.01,
    }),
    norm_threshold: float({
      tooltip: 'Longest step that guidance may take; 0 sets no limit.',
      default: 5,
      min: 0,
      max: 50,
      step: 0.1,
    }),
    momentum: float({
      tooltip: 'How much of the earlier guidance is added; negative values work against it, 0 forgets it.',
      default: 0,
      min: -5,
      max: 1,
      step: 0.01,
    }),
  },
  outputs: [model()],
  execute: ({ model, eta, norm_threshold: normThreshold, momentum }) => [
    withGuidancePatch(model, adaptiveProjectedGuidance({ eta, normThreshold, momentum })),
  ],
});

const minCfg = float({ default: 1, min: 0, max: 100, step: 0.5, round: 0.01 });
const video = { pythonModule: 'comfy_extras.nodes_video_model', category: 'sampling/video_models' } as const;

export const VideoLinearCFGGuidance = defineNode({
  id: 'VideoLinearCFGGuidance',
  ...video,
  inputs: { model: model(), min_cfg: minCfg },
  outputs: [model()],
  execute: ({ model, min_cfg }) => [withGuidancePatch(model, frameGuidance({ shape: 'linear', minCfg: min_cfg }))],
});

export const VideoTriangleCFGGuidance = defineNode({
  id: 'VideoTriangleCFGGuidance',
  ...video,
  inputs: { model: model(), min_cfg: minCfg },
  outputs: [model()],
  execute: ({ model, min_cfg }) => [withGuidancePatch(model, frameGuidance({ shape: 'triangle', minCfg: min_cfg }))],
});

export const LatentApplyOperationCFG = defineNode({
  id: 'LatentApplyOperationCFG',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_latent',
  category: 'latent/advanced/operations',
  experimental: true,
  inputs: { model: model(), operation: socket('LATENT_OPERATION')() },
  outputs: [model()],
  execute: ({ model, operation }) => [withGuidancePatch(model, operatedGuidance(operation))],
});

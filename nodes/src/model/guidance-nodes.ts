// Models whose guidance follows another rule. Each node adds a patch to a copy of the handle: estimates are changed in the order of
// the nodes; where two replace the combination of positive and negative, the later one counts.
import {
  cellNormGuidance,
  directionGuidance,
  frequencyGuidance,
  optimallyScaledGuidance,
  perpendicularNegativePatch,
  perturbedAttentionGuidance,
  renormalizedGuidance,
  rescaledGuidance,
  scaledNoiseGuidance,
  selfAttentionGuidance,
  tangentialGuidance,
  withGuidancePatch,
} from '@snug/engine';
import { conditioning, defineNode, float, int, model } from '@snug/execution';

const outputs = [model()] as const;
const patchedOutputs = [model({ name: 'patched_model' })] as const;

export const RescaleCFG = defineNode({
  id: 'RescaleCFG',
  pythonModule: 'comfy_extras.nodes_model_advanced',
  category: 'advanced/model',
  inputs: { model: model(), multiplier: float({ default: 0.7, min: 0, max: 1, step: 0.01 }) },
  outputs,
  execute: ({ model, multiplier }) => [withGuidancePatch(model, rescaledGuidance(multiplier))],
});

export const RenormCFG = defineNode({
  id: 'RenormCFG',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_lumina2',
  category: 'advanced/model',
  inputs: {
    model: model(),
    cfg_trunc: float({ default: 100n, min: 0, max: 100, step: 0.01 }),
    renorm_cfg: float({ default: 1, min: 0, max: 100, step: 0.01 }),
  },
  outputs,
  execute: ({ model, cfg_trunc, renorm_cfg }) => [
    withGuidancePatch(model, renormalizedGuidance({ truncatedFrom: cfg_trunc, limit: renorm_cfg })),
  ],
});

const cfg = { wire: 'v3', pythonModule: 'comfy_extras.nodes_cfg', category: 'advanced/guidance' } as const;

export const CFGZeroStar = defineNode({
  id: 'CFGZeroStar',
  ...cfg,
  inputs: { model: model() },
  outputs: patchedOutputs,
  execute: ({ model }) => [withGuidancePatch(model, optimallyScaledGuidance())],
});

export const CFGNorm = defineNode({
  id: 'CFGNorm',
  ...cfg,
  experimental: true,
  inputs: { model: model(), strength: float({ default: 1, min: 0, max: 100, step: 0.01 }) },
  outputs: patchedOutputs,
  execute: ({ model, strength }) => [withGuidancePatch(model, cellNormGuidance(strength))],
});

export const TCFG = defineNode({
  id: 'TCFG',
  displayName: 'Tangential Damping CFG',
  description: 'Keeps of the negative estimate only what points the way that both estimates share (arXiv:2503.18137).',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_tcfg',
  category: 'advanced/guidance',
  inputs: { model: model() },
  outputs: patchedOutputs,
  execute: ({ model }) => [withGuidancePatch(model, tangentialGuidance())],
});

export const Mahiro = defineNode({
  id: 'Mahiro',
  displayName: 'Mahiro is so cute that she deserves a better guidance function!! (。・ω・。)',
  description:
    'Follows the direction of the positive prompt more, and its difference to the negative one less, where the two disagree.',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_mahiro',
  category: '_for_testing',
  experimental: true,
  inputs: { model: model() },
  outputs: patchedOutputs,
  execute: ({ model }) => [withGuidancePatch(model, directionGuidance())],
});

export const PerpNeg = defineNode({
  id: 'PerpNeg',
  displayName: 'Perp-Neg (DEPRECATED by PerpNegGuider)',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_perpneg',
  category: '_for_testing',
  deprecated: true,
  experimental: true,
  inputs: {
    model: model(),
    empty_conditioning: conditioning(),
    neg_scale: float({ default: 1, min: 0, max: 100, step: 0.01 }),
  },
  outputs,
  execute: ({ model, empty_conditioning, neg_scale }) => [
    withGuidancePatch(model, perpendicularNegativePatch(empty_conditioning, neg_scale)),
  ],
});

export const FreSca = defineNode({
  id: 'FreSca',
  displayName: 'FreSca',
  description: 'Scales coarse and fine parts of the guidance by factors of their own.',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_fresca',
  category: '_for_testing',
  experimental: true,
  inputs: {
    model: model(),
    scale_low: float({ tooltip: 'Factor of coarse structures.', default: 1, min: 0n, max: 10n, step: 0.01 }),
    scale_high: float({ tooltip: 'Factor of fine details.', default: 1.25, min: 0n, max: 10n, step: 0.01 }),
    freq_cutoff: int({
      tooltip: 'How many waves per picture still count as coarse.',
      default: 20,
      min: 1,
      max: 10_000,
      step: 1,
    }),
  },
  outputs,
  execute: ({ model, scale_low: low, scale_high: high, freq_cutoff: cutoff }) => [
    withGuidancePatch(model, frequencyGuidance({ low, high, cutoff })),
  ],
});

export const EpsilonScaling = defineNode({
  id: 'Epsilon Scaling',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_eps',
  category: 'model_patches/unet',
  inputs: {
    model: model(),
    scaling_factor: float({ default: 1.005, min: 0.5, max: 1.5, step: 0.001, display: 'number' }),
  },
  outputs,
  execute: ({ model, scaling_factor }) => [withGuidancePatch(model, scaledNoiseGuidance(scaling_factor))],
});

export const PerturbedAttentionGuidance = defineNode({
  id: 'PerturbedAttentionGuidance',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_pag',
  category: 'model_patches/unet',
  inputs: { model: model(), scale: float({ default: 3, min: 0, max: 100, step: 0.01, round: 0.01 }) },
  outputs,
  execute: ({ model, scale }) => [withGuidancePatch(model, perturbedAttentionGuidance(scale))],
});

export const SelfAttentionGuidance = defineNode({
  id: 'SelfAttentionGuidance',
  displayName: 'Self-Attention Guidance',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_sag',
  category: '_for_testing',
  experimental: true,
  inputs: {
    model: model(),
    scale: float({ default: 0.5, min: -2, max: 5, step: 0.01 }),
    blur_sigma: float({ default: 2, min: 0, max: 10, step: 0.1 }),
  },
  outputs,
  execute: ({ model, scale, blur_sigma: blurSigma }) => [
    withGuidancePatch(model, selfAttentionGuidance({ scale, blurSigma })),
  ],
});

export const DifferentialDiffusion = defineNode({
  id: 'DifferentialDiffusion',
  displayName: 'Differential Diffusion',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_differential_diffusion',
  category: '_for_testing',
  experimental: true,
  inputs: { model: model(), strength: float({ default: 1, min: 0, max: 1, step: 0.01, optional: true }) },
  outputs,
  execute: ({ model, strength = 1 }) => [{ ...model, maskOpening: { strength } }],
});

// Nodes that say what a model predicts and on which noise levels, where that is not what its file suggests. The last one of a
// chain counts: each takes the place of what was there.
import {
  angleParameterization,
  continuousParameterization,
  type continuousPredictions,
  cosineParameterization,
  discreteParameterization,
  discretePredictions,
  flowParameterization,
  fluxParameterization,
  playgroundLatentFormat,
  shiftOfTokens,
  withParameterization,
} from '@snug/engine';
import { boolean, combo, defineNode, float, int, latent, model } from '@snug/execution';
import { exact } from '../sampling/sampling-inputs.ts';

const advanced = { pythonModule: 'comfy_extras.nodes_model_advanced', category: 'advanced/model' } as const;
const outputs = [model()] as const;

const shift = (value: number) => float({ default: value, min: 0, max: 100, step: 0.01 });
const sigma = (value: number) => float(exactly(value));
const exactly = (value: number) => ({ ...exact({ default: value, min: 0, max: 1000 }), step: 0.001 }) as const;

/** Keys of a table, in its order. */
function namesOf<const T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}

export const ModelSamplingDiscrete = defineNode({
  id: 'ModelSamplingDiscrete',
  ...advanced,
  inputs: { model: model(), sampling: combo(namesOf(discretePredictions)), zsnr: boolean({ default: false }) },
  outputs,
  execute: ({ model, sampling, zsnr }) => [
    withParameterization(model, discreteParameterization(model, { sampling, zeroTerminalSnr: zsnr })),
  ],
});

export const ModelSamplingContinuousEDM = defineNode({
  id: 'ModelSamplingContinuousEDM',
  ...advanced,
  inputs: {
    model: model(),
    sampling: combo([
      'v_prediction',
      'edm',
      'edm_playground_v2.5',
      'eps',
      'cosmos_rflow',
    ] satisfies readonly (keyof typeof continuousPredictions)[]),
    sigma_max: sigma(120),
    sigma_min: sigma(0.002),
  },
  outputs,
  execute: ({ model, sampling, sigma_max: sigmaMax, sigma_min: sigmaMin }) => {
    const changed = withParameterization(model, continuousParameterization(sampling, { sigmaMin, sigmaMax }));
    // Playground's latents are scaled in a way of their own.
    return [sampling === 'edm_playground_v2.5' ? { ...changed, latentFormat: playgroundLatentFormat } : changed];
  },
});

export const ModelSamplingContinuousV = defineNode({
  id: 'ModelSamplingContinuousV',
  ...advanced,
  inputs: { model: model(), sampling: combo(['v_prediction']), sigma_max: sigma(500), sigma_min: sigma(0.03) },
  outputs,
  execute: ({ model, sigma_max: sigmaMax, sigma_min: sigmaMin }) => [
    withParameterization(model, angleParameterization({ sigmaMin, sigmaMax })),
  ],
});

export const ModelSamplingStableCascade = defineNode({
  id: 'ModelSamplingStableCascade',
  ...advanced,
  inputs: { model: model(), shift: shift(2) },
  outputs,
  execute: ({ model, shift }) => [withParameterization(model, cosineParameterization(shift))],
});

export const ModelSamplingSD3 = defineNode({
  id: 'ModelSamplingSD3',
  ...advanced,
  inputs: { model: model(), shift: shift(3) },
  outputs,
  execute: ({ model, shift }) => [withParameterization(model, flowParameterization(shift, 1000))],
});

export const ModelSamplingAuraFlow = defineNode({
  id: 'ModelSamplingAuraFlow',
  ...advanced,
  inputs: { model: model(), shift: shift(1.73) },
  outputs,
  execute: ({ model, shift }) => [withParameterization(model, flowParameterization(shift, 1))],
});

/** Pixels that one token of Flux stands for: 8 per latent cell, 2 cells per token, on both axes. */
const PIXELS_PER_TOKEN = (8 * 2) ** 2;

export const ModelSamplingFlux = defineNode({
  id: 'ModelSamplingFlux',
  ...advanced,
  inputs: {
    model: model(),
    max_shift: shift(1.15),
    base_shift: shift(0.5),
    width: int({ default: 1024, min: 16, max: 16384, step: 8 }),
    height: int({ default: 1024, min: 16, max: 16384, step: 8 }),
  },
  outputs,
  execute: ({ model, max_shift: maxShift, base_shift: baseShift, width, height }) => {
    const shift = shiftOfTokens({ baseShift, maxShift, fewTokens: 256 }, (width * height) / PIXELS_PER_TOKEN);
    return [withParameterization(model, fluxParameterization(shift))];
  },
});

/** Tokens of a latent that is not given. */
const USUAL_TOKENS = 4096;

export const ModelSamplingLTXV = defineNode({
  id: 'ModelSamplingLTXV',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_lt',
  category: 'advanced/model',
  inputs: { model: model(), max_shift: shift(2.05), base_shift: shift(0.95), latent: latent({ optional: true }) },
  outputs,
  execute: ({ model, max_shift: maxShift, base_shift: baseShift, latent }) => {
    const tokens = latent?.samples.dims.slice(2).reduce((product, side) => product * side, 1) ?? USUAL_TOKENS;
    const shift = shiftOfTokens({ baseShift, maxShift, fewTokens: 1024 }, tokens);
    return [withParameterization(model, fluxParameterization(shift))];
  },
});

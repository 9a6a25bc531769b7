// Changes to lists of sigmas, and single ones.
import {
  extendSigmas,
  flipSigmas,
  parameterizationOf,
  sigmaSpacings,
  splitSigmas,
  splitSigmasByDenoise,
  withFirstSigma,
} from '@snug/engine';
import { boolean, combo, defineNode, float, int, model, sigmas } from '@snug/execution';
import { denoiseOptions, exact, MAX_STEPS } from './sampling-inputs.ts';

const pythonModule = 'comfy_extras.nodes_custom_sampler';
const category = 'sampling/custom_sampling/sigmas';
const parts = [sigmas({ name: 'high_sigmas' }), sigmas({ name: 'low_sigmas' })] as const;

export const SplitSigmas = defineNode({
  id: 'SplitSigmas',
  pythonModule,
  category,
  inputs: { sigmas: sigmas(), step: int({ default: 0, min: 0, max: MAX_STEPS }) },
  outputs: parts,
  execute: ({ sigmas, step }) => {
    const { high, low } = splitSigmas(sigmas, step);
    return [high, low];
  },
});

export const SplitSigmasDenoise = defineNode({
  id: 'SplitSigmasDenoise',
  pythonModule,
  category,
  inputs: { sigmas: sigmas(), denoise: float(denoiseOptions) },
  outputs: parts,
  execute: ({ sigmas, denoise }) => {
    const { high, low } = splitSigmasByDenoise(sigmas, denoise);
    return [high, low];
  },
});

export const FlipSigmas = defineNode({
  id: 'FlipSigmas',
  pythonModule,
  category,
  inputs: { sigmas: sigmas() },
  outputs: [sigmas()],
  execute: ({ sigmas }) => [flipSigmas(sigmas)],
});

export const SetFirstSigma = defineNode({
  id: 'SetFirstSigma',
  pythonModule,
  category,
  inputs: { sigmas: sigmas(), sigma: float({ default: 136, min: 0, max: 20000, step: 0.001, round: false }) },
  outputs: [sigmas()],
  execute: ({ sigmas, sigma }) => [withFirstSigma(sigmas, sigma)],
});

export const ExtendIntermediateSigmas = defineNode({
  id: 'ExtendIntermediateSigmas',
  pythonModule,
  category,
  inputs: {
    sigmas: sigmas(),
    steps: int({ default: 2, min: 1, max: 100 }),
    start_at_sigma: float(exact({ default: -1, min: -1, max: 20000 })),
    end_at_sigma: float(exact({ default: 12, min: 0, max: 20000 })),
    spacing: combo(sigmaSpacings),
  },
  outputs: [sigmas()],
  execute: ({ sigmas, start_at_sigma, end_at_sigma, ...options }) => [
    extendSigmas(sigmas, { ...options, startAt: start_at_sigma, endAt: end_at_sigma }),
  ],
});

export const SamplingPercentToSigma = defineNode({
  id: 'SamplingPercentToSigma',
  pythonModule,
  category,
  inputs: {
    model: model({}),
    sampling_percent: float({ default: 0, min: 0, max: 1, step: 0.0001 }),
    return_actual_sigma: boolean({
      default: false,
      tooltip: 'At 0 and 1 the highest and lowest sigma of the model, instead of values beyond every sigma.',
    }),
  },
  outputs: [float({ name: 'sigma_value' })],
  execute: ({ model, sampling_percent, return_actual_sigma }) => {
    const { percentToSigma, sigmaMax, sigmaMin } = parameterizationOf(model.parameterization);
    if (return_actual_sigma && sampling_percent === 0) return [sigmaMax];
    if (return_actual_sigma && sampling_percent === 1) return [sigmaMin];
    return [percentToSigma(sampling_percent)];
  },
});

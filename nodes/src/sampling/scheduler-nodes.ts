// Schedulers as nodes of their own: each chooses the sigmas of a run.
import {
  basicSigmas,
  betaSigmas,
  exponentialSigmas,
  gitsSigmas,
  karrasSigmas,
  laplaceSigmas,
  parameterizationOf,
  polyexponentialSigmas,
  publishedSigmas,
  schedulerNames,
  sdTurboSigmas,
  shiftedFlowSigmas,
  variancePreservingSigmas,
} from '@snug/engine';
import { boolean, combo, defineNode, float, int, latent, model, sigmas } from '@snug/execution';
import { denoiseOptions, exact, MAX_STEPS, sigmaMaxOptions, sigmaMinOptions, stepsOptions } from './sampling-inputs.ts';

const pythonModule = 'comfy_extras.nodes_custom_sampler';
const category = 'sampling/custom_sampling/schedulers';
const rho = (value: number) => float(exact({ default: value, min: 0, max: 100 }));
const ends = { sigma_max: float(sigmaMaxOptions), sigma_min: float(sigmaMinOptions) };

export const BasicScheduler = defineNode({
  id: 'BasicScheduler',
  pythonModule,
  category,
  inputs: {
    model: model(),
    scheduler: combo(schedulerNames),
    steps: int(stepsOptions),
    denoise: float(denoiseOptions),
  },
  outputs: [sigmas()],
  execute: ({ model, ...options }) => [basicSigmas(parameterizationOf(model.parameterization), options)],
});

export const KarrasScheduler = defineNode({
  id: 'KarrasScheduler',
  pythonModule,
  category,
  inputs: { steps: int(stepsOptions), ...ends, rho: rho(7) },
  outputs: [sigmas()],
  execute: ({ steps, sigma_max, sigma_min, rho }) => [karrasSigmas(steps, sigma_min, sigma_max, rho)],
});

export const ExponentialScheduler = defineNode({
  id: 'ExponentialScheduler',
  pythonModule,
  category,
  inputs: { steps: int(stepsOptions), ...ends },
  outputs: [sigmas()],
  execute: ({ steps, sigma_max, sigma_min }) => [exponentialSigmas(steps, sigma_min, sigma_max)],
});

export const PolyexponentialScheduler = defineNode({
  id: 'PolyexponentialScheduler',
  pythonModule,
  category,
  inputs: { steps: int(stepsOptions), ...ends, rho: rho(1) },
  outputs: [sigmas()],
  execute: ({ steps, sigma_max, sigma_min, rho }) => [polyexponentialSigmas(steps, sigma_min, sigma_max, rho)],
});

export const LaplaceScheduler = defineNode({
  id: 'LaplaceScheduler',
  pythonModule,
  category,
  inputs: {
    steps: int(stepsOptions),
    ...ends,
    mu: float({ default: 0, min: -10, max: 10, step: 0.1, round: false }),
    beta: float({ default: 0.5, min: 0, max: 10, step: 0.1, round: false }),
  },
  outputs: [sigmas()],
  execute: ({ steps, sigma_max, sigma_min, ...shape }) => [laplaceSigmas(steps, sigma_min, sigma_max, shape)],
});

export const VPScheduler = defineNode({
  id: 'VPScheduler',
  pythonModule,
  category,
  inputs: {
    steps: int(stepsOptions),
    beta_d: float(exact({ default: 19.9, min: 0, max: 5000 })),
    beta_min: float(exact({ default: 0.1, min: 0, max: 5000 })),
    eps_s: float({ default: 0.001, min: 0, max: 1, step: 0.0001, round: false }),
  },
  outputs: [sigmas()],
  execute: ({ steps, beta_d, beta_min, eps_s }) => [
    variancePreservingSigmas(steps, { betaD: beta_d, betaMin: beta_min, lastTime: eps_s }),
  ],
});

export const BetaSamplingScheduler = defineNode({
  id: 'BetaSamplingScheduler',
  pythonModule,
  category,
  inputs: {
    model: model(),
    steps: int(stepsOptions),
    alpha: float(exact({ default: 0.6, min: 0, max: 50 })),
    beta: float(exact({ default: 0.6, min: 0, max: 50 })),
  },
  outputs: [sigmas()],
  execute: ({ model, steps, alpha, beta }) => [
    betaSigmas(parameterizationOf(model.parameterization), steps, alpha, beta),
  ],
});

export const SDTurboScheduler = defineNode({
  id: 'SDTurboScheduler',
  pythonModule,
  category,
  inputs: {
    model: model(),
    steps: int({ default: 1, min: 1, max: 10 }),
    denoise: float({ ...denoiseOptions, min: 0n }),
  },
  outputs: [sigmas()],
  execute: ({ model, steps, denoise }) => [sdTurboSigmas(parameterizationOf(model.parameterization), steps, denoise)],
});

export const AlignYourStepsScheduler = defineNode({
  id: 'AlignYourStepsScheduler',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_align_your_steps',
  category,
  inputs: {
    model_type: combo(['SD1', 'SDXL', 'SVD']),
    steps: int({ default: 10, min: 1, max: MAX_STEPS }),
    denoise: float(denoiseOptions),
  },
  outputs: [sigmas()],
  execute: ({ model_type, ...options }) => [publishedSigmas('alignYourSteps', model_type, options)],
});

export const GITSScheduler = defineNode({
  id: 'GITSScheduler',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_gits',
  category,
  inputs: {
    coeff: float({ default: 1.2, min: 0.8, max: 1.5, step: 0.05 }),
    steps: int({ default: 10, min: 2, max: 1000 }),
    denoise: float(denoiseOptions),
  },
  outputs: [sigmas()],
  execute: ({ coeff, ...options }) => [gitsSigmas(coeff, options)],
});

export const OptimalStepsScheduler = defineNode({
  id: 'OptimalStepsScheduler',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_optimalsteps',
  category,
  inputs: {
    model_type: combo(['FLUX', 'Wan', 'Chroma']),
    steps: int({ default: 20, min: 3, max: 1000 }),
    denoise: float(denoiseOptions),
  },
  outputs: [sigmas()],
  execute: ({ model_type, ...options }) => [publishedSigmas('optimalSteps', model_type, options)],
});

/** Cells of a video that is not given: the middle of what the model was trained on. */
const USUAL_CELLS = 4096;

export const LTXVScheduler = defineNode({
  id: 'LTXVScheduler',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_lt',
  category,
  inputs: {
    steps: int(stepsOptions),
    max_shift: float({ default: 2.05, min: 0, max: 100, step: 0.01 }),
    base_shift: float({ default: 0.95, min: 0, max: 100, step: 0.01 }),
    stretch: boolean({ tooltip: 'Let the last step end at the terminal level.', default: true }),
    terminal: float({
      tooltip: 'Noise level before the last step when the schedule is stretched.',
      default: 0.1,
      min: 0,
      max: 0.99,
      step: 0.01,
    }),
    latent: latent({ optional: true }),
  },
  outputs: [sigmas()],
  execute: ({ steps, max_shift, base_shift, stretch, terminal, latent }) => {
    const cells = latent?.samples.dims.slice(2).reduce((product, side) => product * side, 1) ?? USUAL_CELLS;
    const shifts = { maxShift: max_shift, baseShift: base_shift };
    return [shiftedFlowSigmas(steps, { cells, ...shifts, terminal: stretch ? terminal : undefined })];
  },
});

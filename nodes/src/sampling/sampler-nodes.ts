// Samplers as nodes of their own, by name or with their options. `noise_device` chooses where the reference draws noise; here
// it is always the CPU's.
import {
  dpmAdaptive,
  dpmpp2mSde,
  dpmpp2sAncestral,
  dpmpp3mSde,
  dpmppSde,
  type ErSdeVariant,
  erSdeOf,
  erSdeVariants,
  eulerAncestral,
  eulerBeyondGuided,
  eulerCfgPlusPlus,
  lcmUpscale,
  lcmUpscaleMethods,
  lms,
  samplerNamed,
  samplerNames,
  saSolver,
} from '@snug/engine';
import { boolean, combo, custom, defineNode, float, int, model, sampler } from '@snug/execution';
import { etaOptions, exact } from './sampling-inputs.ts';

const pythonModule = 'comfy_extras.nodes_custom_sampler';
const category = 'sampling/custom_sampling/samplers';
const outputs = [sampler()] as const;
const stochastic = { eta: float(etaOptions), s_noise: float(etaOptions) };
const noiseDevice = { noise_device: combo(['gpu', 'cpu']) };

export const KSamplerSelect = defineNode({
  id: 'KSamplerSelect',
  pythonModule,
  category,
  inputs: { sampler_name: combo(samplerNames) },
  outputs,
  execute: ({ sampler_name }) => [samplerNamed(sampler_name)],
});

export const SamplerEulerAncestral = defineNode({
  id: 'SamplerEulerAncestral',
  pythonModule,
  category,
  inputs: stochastic,
  outputs,
  execute: ({ eta, s_noise: sNoise }) => [{ integrate: eulerAncestral({ eta, sNoise }) }],
});

export const SamplerEulerAncestralCFGPP = defineNode({
  id: 'SamplerEulerAncestralCFGPP',
  displayName: 'SamplerEulerAncestralCFG++',
  pythonModule,
  category,
  inputs: {
    eta: float(exact({ default: 1, min: 0, max: 1 })),
    s_noise: float(exact({ default: 1, min: 0, max: 10 })),
  },
  outputs,
  execute: ({ eta, s_noise: sNoise }) => [{ integrate: eulerCfgPlusPlus({ eta, sNoise }) }],
});

export const SamplerEulerCFGpp = defineNode({
  id: 'SamplerEulerCFGpp',
  displayName: 'SamplerEulerCFG++',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_advanced_samplers',
  category: '_for_testing',
  experimental: true,
  inputs: { version: combo(['regular', 'alternative']) },
  outputs,
  execute: ({ version }) => [{ integrate: version === 'regular' ? eulerCfgPlusPlus() : eulerBeyondGuided }],
});

export const SamplerLMS = defineNode({
  id: 'SamplerLMS',
  pythonModule,
  category,
  inputs: { order: int({ default: 4, min: 1, max: 100 }) },
  outputs,
  execute: ({ order }) => [{ integrate: lms(order) }],
});

export const SamplerDPMPP_3M_SDE = defineNode({
  id: 'SamplerDPMPP_3M_SDE',
  pythonModule,
  category,
  inputs: { ...stochastic, ...noiseDevice },
  outputs,
  execute: ({ eta, s_noise: sNoise }) => [{ integrate: dpmpp3mSde({ eta, sNoise }) }],
});

export const SamplerDPMPP_2M_SDE = defineNode({
  id: 'SamplerDPMPP_2M_SDE',
  pythonModule,
  category,
  inputs: { solver_type: combo(['midpoint', 'heun']), ...stochastic, ...noiseDevice },
  outputs,
  execute: ({ solver_type: solver, eta, s_noise: sNoise }) => [{ integrate: dpmpp2mSde({ solver, eta, sNoise }) }],
});

export const SamplerDPMPP_SDE = defineNode({
  id: 'SamplerDPMPP_SDE',
  pythonModule,
  category,
  inputs: { ...stochastic, r: float(exact({ default: 0.5, min: 0, max: 100 })), ...noiseDevice },
  outputs,
  execute: ({ eta, s_noise: sNoise, r }) => [{ integrate: dpmppSde({ eta, sNoise, r }) }],
});

export const SamplerDPMPP_2S_Ancestral = defineNode({
  id: 'SamplerDPMPP_2S_Ancestral',
  pythonModule,
  category,
  inputs: stochastic,
  outputs,
  execute: ({ eta, s_noise: sNoise }) => [{ integrate: dpmpp2sAncestral({ eta, sNoise }) }],
});

export const SamplerDPMAdaptative = defineNode({
  id: 'SamplerDPMAdaptative',
  pythonModule,
  category,
  inputs: {
    order: int({ default: 3, min: 2, max: 3 }),
    rtol: float(exact({ default: 0.05, min: 0, max: 100 })),
    atol: float(exact({ default: 0.0078, min: 0, max: 100 })),
    h_init: float(exact({ default: 0.05, min: 0, max: 100 })),
    pcoeff: float(exact({ default: 0, min: 0, max: 100 })),
    icoeff: float(exact({ default: 1, min: 0, max: 100 })),
    dcoeff: float(exact({ default: 0, min: 0, max: 100 })),
    accept_safety: float(exact({ default: 0.81, min: 0, max: 100 })),
    eta: float(exact({ default: 0, min: 0, max: 100 })),
    s_noise: float(etaOptions),
  },
  outputs,
  execute: ({ order, rtol, atol, eta, ...options }) => [
    {
      integrate: dpmAdaptive({
        order: order === 2 ? 2 : 3,
        rtol,
        atol,
        eta,
        sNoise: options.s_noise,
        hInit: options.h_init,
        pCoefficient: options.pcoeff,
        iCoefficient: options.icoeff,
        dCoefficient: options.dcoeff,
        acceptSafety: options.accept_safety,
      }),
    },
  ],
});

export const SamplerER_SDE = defineNode({
  id: 'SamplerER_SDE',
  pythonModule,
  category,
  inputs: {
    // Published as a named list although the node has the older wire form.
    solver_type: custom<ErSdeVariant>('COMBO', { options: erSdeVariants }),
    max_stage: int({ default: 3, min: 1, max: 3 }),
    eta: float({
      ...etaOptions,
      tooltip: 'How much noise the reverse-time SDE adds. At 0 it is the ODE; the other kinds do not read this.',
    }),
    s_noise: float(etaOptions),
  },
  outputs,
  execute: ({ solver_type, max_stage, eta, s_noise: sNoise }) => [
    { integrate: erSdeOf(solver_type, { eta, sNoise, maxOrder: max_stage as 1 | 2 | 3 }) },
  ],
});

export const SamplerSASolver = defineNode({
  id: 'SamplerSASolver',
  pythonModule,
  category,
  inputs: {
    // Not read: the run knows its own model, which decides what a percentage means.
    model: model({}),
    eta: float(exact({ default: 1, min: 0, max: 10 })),
    sde_start_percent: float({ default: 0.2, min: 0, max: 1, step: 0.001 }),
    sde_end_percent: float({ default: 0.8, min: 0, max: 1, step: 0.001 }),
    s_noise: float(etaOptions),
    predictor_order: int({ default: 3, min: 1, max: 6 }),
    corrector_order: int({ default: 4, min: 0, max: 6 }),
    use_pece: boolean({}),
    simple_order_2: boolean({}),
  },
  outputs,
  execute: ({ eta, s_noise: sNoise, ...options }) => [
    {
      integrate: saSolver({
        eta,
        sNoise,
        startPercent: options.sde_start_percent,
        endPercent: options.sde_end_percent,
        predictorOrder: options.predictor_order,
        correctorOrder: options.corrector_order,
        evaluatesTwice: options.use_pece,
        isSimpleOrder2: options.simple_order_2,
      }),
    },
  ],
});

export const SamplerLCMUpscale = defineNode({
  id: 'SamplerLCMUpscale',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_advanced_samplers',
  category,
  inputs: {
    scale_ratio: float({ default: 1, min: 0.1, max: 20, step: 0.01 }),
    scale_steps: int({ default: -1, min: -1, max: 1000, step: 1 }),
    upscale_method: combo(lcmUpscaleMethods),
  },
  outputs,
  execute: ({ scale_ratio: scale, scale_steps: steps, upscale_method: method }) => [
    lcmUpscale({ scale, steps, method }),
  ],
});

// The sampler that a golden case asks for: by name, or a sampler node with its options.
import { lms } from '../../engine/src/sampling/samplers/adams-bashforth.ts';
import { eulerBeyondGuided, eulerCfgPlusPlus } from '../../engine/src/sampling/samplers/cfg-plus-plus.ts';
import { dpmAdaptive } from '../../engine/src/sampling/samplers/dpm-adaptive.ts';
import { dpmpp2sAncestral } from '../../engine/src/sampling/samplers/dpmpp-2s-ancestral.ts';
import { dpmpp2mSde, dpmpp3mSde } from '../../engine/src/sampling/samplers/dpmpp-multistep-sde.ts';
import { dpmppSde } from '../../engine/src/sampling/samplers/dpmpp-sde.ts';
import { type ErSdeVariant, erSdeOf } from '../../engine/src/sampling/samplers/er-sde.ts';
import { eulerAncestral } from '../../engine/src/sampling/samplers/euler.ts';
import { type LcmUpscaleMethod, lcmUpscale } from '../../engine/src/sampling/samplers/lcm-upscale.ts';
import { saSolver } from '../../engine/src/sampling/samplers/sa-solver.ts';
import type { Sampler, SamplerDefinition } from '../../engine/src/sampling/samplers/sampler.ts';
import { type SamplerName, samplerNamed, samplerNames } from '../../engine/src/sampling/samplers/samplers.ts';
import type { GoldenCase } from './suite.ts';

/** Undefined when this version has no such sampler. */
export function samplerOfCase({ op, params }: GoldenCase): SamplerDefinition | undefined {
  const name = params['sampler'];
  if (typeof name === 'string') return samplerNames.includes(name as SamplerName) ? samplerNamed(name) : undefined;
  if (op.startsWith('SamplerLCMUpscale')) return lcmUpscaleOf(params as unknown as LcmUpscaleParams);
  const node = nodes[op.split(' ')[0]!];
  const integrate = node?.(params as unknown as NodeOptions);
  return integrate && { integrate };
}

interface LcmUpscaleParams {
  readonly scale_ratio: number;
  readonly scale_steps: number;
  readonly upscale_method: LcmUpscaleMethod;
}

function lcmUpscaleOf({ scale_ratio: scale, scale_steps: steps, upscale_method: method }: LcmUpscaleParams) {
  return lcmUpscale({ scale, steps, method });
}

/** Inputs of sampler nodes. */
interface NodeOptions {
  readonly eta: number;
  readonly s_noise: number;
  readonly r: number;
  readonly solver_type: string;
  readonly order: 2 | 3;
  readonly rtol: number;
  readonly atol: number;
  readonly h_init: number;
  readonly pcoeff: number;
  readonly icoeff: number;
  readonly dcoeff: number;
  readonly accept_safety: number;
  readonly max_stage: 1 | 2 | 3;
  readonly sde_start_percent: number;
  readonly sde_end_percent: number;
  readonly predictor_order: number;
  readonly corrector_order: number;
  readonly use_pece: boolean;
  readonly simple_order_2: boolean;
  readonly version: string;
}

const nodes: Readonly<Record<string, (options: NodeOptions) => Sampler | undefined>> = {
  SamplerEulerAncestral: ({ eta, s_noise: sNoise }) => eulerAncestral({ eta, sNoise }),
  SamplerEulerAncestralCFGPP: ({ eta, s_noise: sNoise }) => eulerCfgPlusPlus({ eta, sNoise }),
  SamplerEulerCFGpp: ({ version }) => (version === 'regular' ? eulerCfgPlusPlus() : eulerBeyondGuided),
  SamplerDPMPP_2S_Ancestral: ({ eta, s_noise: sNoise }) => dpmpp2sAncestral({ eta, sNoise }),
  SamplerDPMPP_SDE: ({ eta, s_noise: sNoise, r }) => dpmppSde({ eta, sNoise, r }),
  SamplerDPMPP_2M_SDE: ({ eta, s_noise: sNoise, solver_type: solver }) =>
    dpmpp2mSde({ eta, sNoise, solver: solver === 'heun' ? 'heun' : 'midpoint' }),
  SamplerDPMPP_3M_SDE: ({ eta, s_noise: sNoise }) => dpmpp3mSde({ eta, sNoise }),
  SamplerLMS: ({ order }) => lms(order),
  SamplerDPMAdaptative: ({ eta, s_noise: sNoise, order, rtol, atol, ...options }) =>
    dpmAdaptive({
      eta,
      sNoise,
      order,
      rtol,
      atol,
      hInit: options.h_init,
      pCoefficient: options.pcoeff,
      iCoefficient: options.icoeff,
      dCoefficient: options.dcoeff,
      acceptSafety: options.accept_safety,
    }),
  SamplerER_SDE: ({ solver_type: variant, max_stage: maxOrder, eta, s_noise: sNoise }) =>
    erSdeOf(variant as ErSdeVariant, { maxOrder, eta, sNoise }),
  SamplerSASolver: ({ eta, s_noise: sNoise, ...options }) =>
    saSolver({
      eta,
      sNoise,
      startPercent: options.sde_start_percent,
      endPercent: options.sde_end_percent,
      predictorOrder: options.predictor_order,
      correctorOrder: options.corrector_order,
      evaluatesTwice: options.use_pece,
      isSimpleOrder2: options.simple_order_2,
    }),
};

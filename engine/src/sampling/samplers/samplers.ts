// All samplers by the name that workflows use, in the order in which clients show them. A name is listed when its
// golden cases pass. The `_gpu` names differ in where the reference draws noise; ours is always the CPU's.
import { EngineError } from '../../errors.ts';
import { deis, ipndm, ipndmV, lms } from './adams-bashforth.ts';
import { dpmpp2mCfgPlusPlus, dpmpp2sAncestralCfgPlusPlus, eulerCfgPlusPlus } from './cfg-plus-plus.ts';
import { ddpm } from './ddpm.ts';
import { dpm2 } from './dpm-2.ts';
import { dpmAdaptive } from './dpm-adaptive.ts';
import { dpmFast } from './dpm-fast.ts';
import { dpmpp2m } from './dpmpp-2m.ts';
import { dpmpp2sAncestral } from './dpmpp-2s-ancestral.ts';
import { dpmpp2mSde, dpmpp3mSde } from './dpmpp-multistep-sde.ts';
import { dpmppSde } from './dpmpp-sde.ts';
import { erSde } from './er-sde.ts';
import { euler, eulerAncestral } from './euler.ts';
import { gradientEstimation } from './gradient-estimation.ts';
import { heun } from './heun.ts';
import { heunPlusPlus } from './heun-plus-plus.ts';
import { lcm } from './lcm.ts';
import { resMultistep } from './res-multistep.ts';
import { saSolver } from './sa-solver.ts';
import type { SamplerDefinition } from './sampler.ts';
import { seeds2, seeds3 } from './seeds.ts';
import { uniPc, uniPcLastSigma } from './uni-pc.ts';

export const samplers = {
  euler: { integrate: euler },
  euler_cfg_pp: { integrate: eulerCfgPlusPlus() },
  euler_ancestral: { integrate: eulerAncestral() },
  euler_ancestral_cfg_pp: { integrate: eulerCfgPlusPlus({ eta: 1 }) },
  heun: { integrate: heun },
  heunpp2: { integrate: heunPlusPlus },
  dpm_2: { integrate: dpm2(), discardsPenultimate: true },
  dpm_2_ancestral: { integrate: dpm2({ eta: 1 }), discardsPenultimate: true },
  lms: { integrate: lms() },
  dpm_fast: { integrate: dpmFast },
  dpm_adaptive: { integrate: dpmAdaptive() },
  dpmpp_2s_ancestral: { integrate: dpmpp2sAncestral() },
  dpmpp_2s_ancestral_cfg_pp: { integrate: dpmpp2sAncestralCfgPlusPlus() },
  dpmpp_sde: { integrate: dpmppSde() },
  dpmpp_sde_gpu: { integrate: dpmppSde() },
  dpmpp_2m: { integrate: dpmpp2m },
  dpmpp_2m_cfg_pp: { integrate: dpmpp2mCfgPlusPlus },
  dpmpp_2m_sde: { integrate: dpmpp2mSde() },
  dpmpp_2m_sde_gpu: { integrate: dpmpp2mSde() },
  dpmpp_2m_sde_heun: { integrate: dpmpp2mSde({ solver: 'heun' }) },
  dpmpp_2m_sde_heun_gpu: { integrate: dpmpp2mSde({ solver: 'heun' }) },
  dpmpp_3m_sde: { integrate: dpmpp3mSde() },
  dpmpp_3m_sde_gpu: { integrate: dpmpp3mSde() },
  ddpm: { integrate: ddpm },
  lcm: { integrate: lcm },
  ipndm: { integrate: ipndm },
  ipndm_v: { integrate: ipndmV },
  deis: { integrate: deis },
  res_multistep: { integrate: resMultistep() },
  res_multistep_cfg_pp: { integrate: resMultistep({ isCfgPlusPlus: true }) },
  res_multistep_ancestral: { integrate: resMultistep({ eta: 1 }) },
  res_multistep_ancestral_cfg_pp: { integrate: resMultistep({ eta: 1, isCfgPlusPlus: true }) },
  gradient_estimation: { integrate: gradientEstimation() },
  gradient_estimation_cfg_pp: { integrate: gradientEstimation(true) },
  er_sde: { integrate: erSde() },
  seeds_2: { integrate: seeds2() },
  seeds_3: { integrate: seeds3() },
  sa_solver: { integrate: saSolver() },
  sa_solver_pece: { integrate: saSolver({ evaluatesTwice: true }) },
  ddim: { integrate: euler, hasOwnMaskNoise: true },
  uni_pc: { integrate: uniPc('bh1'), discardsPenultimate: true, lastSigma: uniPcLastSigma },
  uni_pc_bh2: { integrate: uniPc('bh2'), discardsPenultimate: true, lastSigma: uniPcLastSigma },
} as const satisfies Record<string, SamplerDefinition>;

export type SamplerName = keyof typeof samplers;

export const samplerNames = Object.keys(samplers) as readonly SamplerName[];

/** @throws EngineError SAMPLER_UNKNOWN */
export function samplerNamed(name: string): SamplerDefinition {
  if (!Object.hasOwn(samplers, name)) {
    throw new EngineError('SAMPLER_UNKNOWN', { sampler: name, known: samplerNames.join(', ') });
  }
  return samplers[name as SamplerName];
}

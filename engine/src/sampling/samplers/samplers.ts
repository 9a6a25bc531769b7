// All samplers by the name that workflows use, in the order in which clients show them. A name is listed when its golden cases pass.
import { EngineError } from '../../errors.ts';
import { dpmpp2m } from './dpmpp-2m.ts';
import { dpmppSde } from './dpmpp-sde.ts';
import { euler, eulerAncestral } from './euler.ts';
import { heun } from './heun.ts';
import { lcm } from './lcm.ts';
import type { SamplerDefinition } from './sampler.ts';
import { uniPc } from './uni-pc.ts';

export const samplers = {
  euler: { integrate: euler },
  euler_ancestral: { integrate: eulerAncestral() },
  heun: { integrate: heun },
  dpmpp_sde: { integrate: dpmppSde() },
  dpmpp_2m: { integrate: dpmpp2m },
  lcm: { integrate: lcm },
  ddim: { integrate: euler, hasOwnMaskNoise: true },
  uni_pc: { integrate: uniPc('bh1'), discardsPenultimate: true },
  uni_pc_bh2: { integrate: uniPc('bh2'), discardsPenultimate: true },
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

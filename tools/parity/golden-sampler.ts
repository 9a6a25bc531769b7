// The sampler that a golden case asks for: by name, or a sampler node with options.
import type { SamplerDefinition } from '../../engine/src/sampling/samplers/sampler.ts';
import { type SamplerName, samplerNamed, samplerNames } from '../../engine/src/sampling/samplers/samplers.ts';
import type { GoldenCase } from './suite.ts';

/** Undefined when this version has no such sampler. */
export function samplerOfCase({ params }: GoldenCase): SamplerDefinition | undefined {
  const name = params['sampler'];
  if (typeof name === 'string') return samplerNames.includes(name as SamplerName) ? samplerNamed(name) : undefined;
  return undefined;
}

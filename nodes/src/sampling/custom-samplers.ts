// Sampling from parts: noise, guider, sampler and sigmas are nodes of their own.
import { cfgGuidance, randomNoise, withoutNoise } from '@snug/engine';
import {
  boolean,
  conditioning,
  defineNode,
  float,
  guider,
  int,
  latent,
  model,
  noise,
  sampler,
  sigmas,
} from '@snug/execution';
import { runSampler } from './run-sampler.ts';
import { cfgOptions, seedOptions } from './sampling-inputs.ts';

const pythonModule = 'comfy_extras.nodes_custom_sampler';
const category = 'sampling/custom_sampling';
const outputs = [latent({ name: 'output' }), latent({ name: 'denoised_output' })] as const;

export const SamplerCustom = defineNode({
  id: 'SamplerCustom',
  pythonModule,
  category,
  inputs: {
    model: model(),
    add_noise: boolean({ default: true }),
    noise_seed: int(seedOptions),
    cfg: float(cfgOptions),
    positive: conditioning(),
    negative: conditioning(),
    sampler: sampler(),
    sigmas: sigmas(),
    latent_image: latent(),
  },
  outputs,
  execute: async ({ model, add_noise, noise_seed, sampler, sigmas, latent_image, ...sides }, context) => {
    const { output, denoised } = await runSampler(context, latent_image, {
      guider: { model, guidance: cfgGuidance(sides) },
      noise: add_noise ? randomNoise(noise_seed) : withoutNoise(noise_seed),
      sampler,
      sigmas,
    });
    return [output, denoised];
  },
});

export const SamplerCustomAdvanced = defineNode({
  id: 'SamplerCustomAdvanced',
  pythonModule,
  category,
  inputs: { noise: noise(), guider: guider(), sampler: sampler(), sigmas: sigmas(), latent_image: latent() },
  outputs,
  execute: async ({ latent_image, ...parts }, context) => {
    const { output, denoised } = await runSampler(context, latent_image, parts);
    return [output, denoised];
  },
});

// Where the noise of custom sampling comes from.
import { addNoise, randomNoise, withoutNoise } from '@snug/engine';
import { defineNode, int, latent, model, noise, sigmas } from '@snug/execution';
import { latentInputOf } from './run-sampler.ts';
import { seedOptions } from './sampling-inputs.ts';

const pythonModule = 'comfy_extras.nodes_custom_sampler';
const category = 'sampling/custom_sampling/noise';

export const RandomNoise = defineNode({
  id: 'RandomNoise',
  pythonModule,
  category,
  inputs: { noise_seed: int(seedOptions) },
  outputs: [noise()],
  execute: ({ noise_seed }) => [randomNoise(noise_seed)],
});

export const DisableNoise = defineNode({
  id: 'DisableNoise',
  pythonModule,
  category,
  inputs: {},
  outputs: [noise()],
  execute: () => [withoutNoise()],
});

export const AddNoise = defineNode({
  id: 'AddNoise',
  pythonModule,
  category: '_for_testing/custom_sampling/noise',
  inputs: { model: model(), noise: noise(), sigmas: sigmas(), latent_image: latent() },
  outputs: [latent()],
  execute: ({ model, noise, sigmas, latent_image }) => {
    const samples = addNoise(model, { noise, sigmas, latent: latentInputOf(latent_image) });
    return [{ ...latent_image, samples }];
  },
});

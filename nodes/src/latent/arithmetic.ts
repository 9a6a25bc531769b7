// Latents added, subtracted, scaled and mixed. The second one is brought to the size of the first.
import { interpolateLatents, mixLatents } from '@snug/engine';
import { defineNode, float, latent } from '@snug/execution';

const advanced = { wire: 'v3', pythonModule: 'comfy_extras.nodes_latent', category: 'latent/advanced' } as const;

export const LatentAdd = defineNode({
  id: 'LatentAdd',
  ...advanced,
  inputs: { samples1: latent(), samples2: latent() },
  outputs: [latent()],
  execute: ({ samples1, samples2 }) => [
    { ...samples1, samples: mixLatents([1, samples1.samples], [1, samples2.samples]) },
  ],
});

export const LatentSubtract = defineNode({
  id: 'LatentSubtract',
  ...advanced,
  inputs: { samples1: latent(), samples2: latent() },
  outputs: [latent()],
  execute: ({ samples1, samples2 }) => [
    { ...samples1, samples: mixLatents([1, samples1.samples], [-1, samples2.samples]) },
  ],
});

export const LatentMultiply = defineNode({
  id: 'LatentMultiply',
  ...advanced,
  inputs: { samples: latent(), multiplier: float({ default: 1, min: -10, max: 10, step: 0.01 }) },
  outputs: [latent()],
  execute: ({ samples, multiplier }) => {
    const { data, dims } = samples.samples;
    return [{ ...samples, samples: { data: data.map(value => value * multiplier), dims } }];
  },
});

export const LatentInterpolate = defineNode({
  id: 'LatentInterpolate',
  ...advanced,
  inputs: { samples1: latent(), samples2: latent(), ratio: float({ default: 1, min: 0, max: 1, step: 0.01 }) },
  outputs: [latent()],
  execute: ({ samples1, samples2, ratio }) => [
    { ...samples1, samples: interpolateLatents(samples1.samples, samples2.samples, ratio) },
  ],
});

export const LatentBlend = defineNode({
  id: 'LatentBlend',
  displayName: 'Latent Blend',
  category: '_for_testing',
  inputs: {
    samples1: latent(),
    samples2: latent(),
    blend_factor: float({ default: 0.5, min: 0n, max: 1n, step: 0.01 }),
  },
  outputs: [latent()],
  execute: ({ samples1, samples2, blend_factor }) => {
    const second = [1 - blend_factor, samples2.samples] as const;
    return [{ ...samples1, samples: mixLatents([blend_factor, samples1.samples], second, 'bicubic') }];
  },
});

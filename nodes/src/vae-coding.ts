// Nodes between pictures and latents.
import { defineNode, image, latent, vae } from '@snug/execution';

export const VAEDecode = defineNode({
  id: 'VAEDecode',
  displayName: 'VAE Decode',
  category: 'latent',
  description: 'Turns latents into pictures.',
  inputs: {
    samples: latent({ tooltip: 'The latents.' }),
    vae: vae({ tooltip: 'The VAE of the model that made the latents.' }),
  },
  outputs: [image({ tooltip: 'The pictures.' })],
  execute: async ({ samples, vae }, { signal }) => [await vae.decode(samples.samples, { signal })],
});

export const VAEEncode = defineNode({
  id: 'VAEEncode',
  displayName: 'VAE Encode',
  category: 'latent',
  inputs: { pixels: image(), vae: vae() },
  outputs: [latent()],
  execute: async ({ pixels, vae }, { signal }) => [{ samples: await vae.encode(pixels, { signal }) }],
});

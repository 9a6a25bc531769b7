import { expect, it } from 'vitest';
import { pixelSpaceVae } from './pixel-space.ts';

it('gives pictures back as they were', async () => {
  const image = { data: Float32Array.of(0, 0.5, 1, 0.25, 0.75, 0.125), dims: [1, 1, 2, 3] };
  const latent = await pixelSpaceVae.encode(image);
  expect(latent).toEqual({ data: Float32Array.of(-1, -0.5, 0, 0.5, 1, -0.75), dims: [1, 3, 1, 2] });
  expect(await pixelSpaceVae.decode(latent)).toEqual(image);
});

it('refuses latents of another number of channels', async () => {
  const latent = { data: new Float32Array(4), dims: [1, 4, 1, 1] };
  await expect(pixelSpaceVae.decode(latent)).rejects.toThrow('The latent must be of four dimensions with 3 channels');
});

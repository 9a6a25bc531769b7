// Latents that are made from nothing.
import { defineNode, int, latent } from '@snug/execution';

/** Largest side that any node of the reference accepts. */
export const MAX_RESOLUTION = 16384;

/** Latent cells of 8 x 8 pixels and 4 channels: the layout of SD 1.x, SD 2.x and SDXL. */
const PIXELS_PER_CELL = 8;
const CHANNELS = 4;

export const EmptyLatentImage = defineNode({
  id: 'EmptyLatentImage',
  displayName: 'Empty Latent Image',
  category: 'latent',
  description: 'Makes a batch of blank latents: the canvas that a sampler fills with a new picture.',
  inputs: {
    width: int({
      default: 512,
      min: 16,
      max: MAX_RESOLUTION,
      step: 8,
      tooltip: 'Width of the picture in pixels; rounded down to a multiple of 8.',
    }),
    height: int({
      default: 512,
      min: 16,
      max: MAX_RESOLUTION,
      step: 8,
      tooltip: 'Height of the picture in pixels; rounded down to a multiple of 8.',
    }),
    batch_size: int({ default: 1, min: 1, max: 4096, tooltip: 'How many pictures are made together.' }),
  },
  outputs: [latent({ tooltip: 'The blank latents.' })],
  execute: ({ width, height, batch_size }) => {
    const dims = [batch_size, CHANNELS, Math.floor(height / PIXELS_PER_CELL), Math.floor(width / PIXELS_PER_CELL)];
    return [{ samples: { data: new Float32Array(dims.reduce((a, b) => a * b)), dims } }];
  },
});

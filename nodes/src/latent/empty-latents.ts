// Blank latents of picture models: the canvas that a sampler fills. Sizes are in pixels, cells as each family has them.
import { defineNode, int, latent } from '@snug/execution';
import { blankLatent, cells } from './latent-shapes.ts';
import { MAX_RESOLUTION } from './max-resolution.ts';

export const batchSize = int({ default: 1, min: 1, max: 4096 });

/** A side in pixels. */
export const side = (standard: number, step: number, min = step) =>
  int({ default: standard, min, max: MAX_RESOLUTION, step });

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
  execute: ({ width, height, batch_size }) => [blankLatent(batch_size, 4, cells(height), cells(width))],
});

export const EmptySD3LatentImage = defineNode({
  id: 'EmptySD3LatentImage',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_sd3',
  category: 'latent/sd3',
  inputs: { width: side(1024, 16), height: side(1024, 16), batch_size: batchSize },
  outputs: [latent()],
  execute: ({ width, height, batch_size }) => [blankLatent(batch_size, 16, cells(height), cells(width))],
});

/** Pixels per cell of the latents of HunyuanImage. */
const HUNYUAN_CELL = 32;

export const EmptyHunyuanImageLatent = defineNode({
  id: 'EmptyHunyuanImageLatent',
  pythonModule: 'comfy_extras.nodes_hunyuan',
  category: 'latent',
  inputs: { width: side(2048, 32, 64), height: side(2048, 32, 64), batch_size: batchSize },
  outputs: [latent()],
  execute: ({ width, height, batch_size }) => [
    blankLatent(batch_size, 64, Math.floor(height / HUNYUAN_CELL), Math.floor(width / HUNYUAN_CELL)),
  ],
});

/** Chroma Radiance works on pixels: its latents are pictures. */
export const EmptyChromaRadianceLatentImage = defineNode({
  id: 'EmptyChromaRadianceLatentImage',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_chroma_radiance',
  category: 'latent/chroma_radiance',
  inputs: { width: side(1024, 16), height: side(1024, 16), batch_size: batchSize },
  outputs: [latent()],
  execute: ({ width, height, batch_size }) => [blankLatent(batch_size, 3, height, width)],
});

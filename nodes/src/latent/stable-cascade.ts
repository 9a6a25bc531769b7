// Latents of Stable Cascade, which makes a picture in two stages: stage C works on a strongly compressed latent (the semantic
// compressor's 16 channels), stage B on one of 4 channels and 4 pixels per cell, guided by the first. Pernias et al.,
// "Würstchen" (2023); the published models compress by 42.
import { scaleWork, type Tensor, type Vae, withConditioningOptions } from '@snug/engine';
import { conditioning, defineNode, image, int, latent, vae } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { workOnPixels } from '../image/pixel-work.ts';
import type { Latent } from '../node-types.ts';
import { batchSize, side } from './empty-latents.ts';
import { blankLatent } from './latent-shapes.ts';

const cascade = { wire: 'v3', pythonModule: 'comfy_extras.nodes_stable_cascade' } as const;
const category = 'latent/stable_cascade';
const compression = int({ default: 42, min: 4, max: 128, step: 1 });

const STAGE_C_CHANNELS = 16;
const STAGE_B_CHANNELS = 4;
const STAGE_B_CELL = 4;

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly batch: number;
}

function blankStageB({ width, height, batch }: Canvas): Latent {
  return blankLatent(batch, STAGE_B_CHANNELS, Math.floor(height / STAGE_B_CELL), Math.floor(width / STAGE_B_CELL));
}

export const StableCascade_EmptyLatentImage = defineNode({
  id: 'StableCascade_EmptyLatentImage',
  ...cascade,
  category,
  inputs: { width: side(1024, 8, 256), height: side(1024, 8, 256), compression, batch_size: batchSize },
  outputs: [latent({ name: 'stage_c' }), latent({ name: 'stage_b' })],
  execute: ({ width, height, compression, batch_size }) => {
    const [rows, columns] = [height, width].map(pixels => Math.floor(pixels / compression)) as [number, number];
    return [
      blankLatent(batch_size, STAGE_C_CHANNELS, rows, columns),
      blankStageB({ width, height, batch: batch_size }),
    ];
  },
});

export const StableCascade_StageC_VAEEncode = defineNode({
  id: 'StableCascade_StageC_VAEEncode',
  ...cascade,
  category,
  inputs: { image: image(), vae: vae(), compression },
  outputs: [latent({ name: 'stage_c' }), latent({ name: 'stage_b' })],
  execute: async ({ image, vae, compression }, context) => {
    requireStageC(vae, 'StableCascade_StageC_VAEEncode');
    const [batch = 0, height = 0, width = 0] = image.dims;
    // The encoder has a compression of its own, so the picture is scaled to give the number of cells that is asked for.
    const sideOf = (pixels: number): number => Math.max(1, Math.floor(pixels / compression)) * vae.downscale;
    const work = scaleWork(image, {
      method: 'bicubic',
      width: sideOf(width),
      height: sideOf(height),
      crop: 'center',
    });
    const samples = await vae.encode(await workOnPixels(work, context), context);
    return [{ samples }, blankStageB({ width, height, batch })];
  },
});

export const StableCascade_StageB_Conditioning = defineNode({
  id: 'StableCascade_StageB_Conditioning',
  ...cascade,
  category: 'conditioning/stable_cascade',
  inputs: { conditioning: conditioning(), stage_c: latent() },
  outputs: [conditioning()],
  execute: ({ conditioning, stage_c }) => [
    withConditioningOptions(conditioning, { stable_cascade_prior: stage_c.samples }),
  ],
});

/** The picture becomes twice as large. */
const SUPER_RESOLUTION = 2;
const SUPER_RESOLUTION_COMPRESSION = 32;

export const StableCascade_SuperResolutionControlnet = defineNode({
  id: 'StableCascade_SuperResolutionControlnet',
  ...cascade,
  category: '_for_testing/stable_cascade',
  experimental: true,
  inputs: { image: image(), vae: vae() },
  outputs: [image({ name: 'controlnet_input' }), latent({ name: 'stage_c' }), latent({ name: 'stage_b' })],
  execute: async ({ image, vae }, { signal }) => {
    requireStageC(vae, 'StableCascade_SuperResolutionControlnet');
    const [batch = 0, ...sides] = image.dims;
    const [height = 0, width = 0] = sides.map(pixels => pixels * SUPER_RESOLUTION);
    const [rows, columns] = [height, width].map(pixels => Math.floor(pixels / SUPER_RESOLUTION_COMPRESSION));
    return [
      channelsLast(await vae.encode(image, { signal })),
      blankLatent(batch, STAGE_C_CHANNELS, rows ?? 0, columns ?? 0),
      blankStageB({ width, height, batch }),
    ];
  },
});

/** @throws NodeError VAE_UNFIT */
function requireStageC({ latentChannels, downscale }: Vae, node: string): void {
  if (latentChannels === STAGE_C_CHANNELS) return;
  throw new NodeError('VAE_UNFIT', {
    node,
    models: 'Stable Cascade stage C',
    channels: STAGE_C_CHANNELS,
    downscale: SUPER_RESOLUTION_COMPRESSION,
    actualChannels: latentChannels,
    actualDownscale: downscale,
  });
}

/** [batch, channels, height, width] to [batch, height, width, channels], which is how images travel. */
function channelsLast({ data, dims: [batch = 0, channels = 0, height = 0, width = 0] }: Tensor): Tensor {
  const plane = height * width;
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const item = Math.floor(i / (channels * plane));
    result[(item * plane + (i % plane)) * channels + (Math.floor(i / plane) % channels)] = data[i] ?? 0;
  }
  return { data: result, dims: [batch, height, width, channels] };
}

// Latents of videos, [batch, channels, frames, height, width]: blank ones, and cutting frames off.
import { sliceAxis, type VideoExtent, type VideoFormat, videoFormats, videoLatentDims } from '@snug/engine';
import { defineNode, int, latent } from '@snug/execution';
import { NodeError } from '../errors.ts';
import type { Latent } from '../node-types.ts';
import { batchSize, side } from './empty-latents.ts';
import { blankLatent, requireFrames } from './latent-shapes.ts';
import { MAX_RESOLUTION } from './max-resolution.ts';

/** A number of frames. */
export const frames = (standard: number, step: number, min = 1) =>
  int({ default: standard, min, max: MAX_RESOLUTION, step });

/** What every node asks for that makes the latents of a video. */
export interface VideoInputs extends VideoExtent {
  readonly batch_size: number;
}

export function blankVideo(format: VideoFormat, size: VideoInputs): Latent {
  return blankLatent(...videoLatentDims(format, size, size.batch_size));
}

export const EmptyHunyuanLatentVideo = defineNode({
  id: 'EmptyHunyuanLatentVideo',
  pythonModule: 'comfy_extras.nodes_hunyuan',
  category: 'latent/video',
  inputs: { width: side(848, 16), height: side(480, 16), length: frames(25, 4), batch_size: batchSize },
  outputs: [latent()],
  execute: size => [blankVideo(videoFormats.hunyuan, size)],
});

export const EmptyMochiLatentVideo = defineNode({
  id: 'EmptyMochiLatentVideo',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_mochi',
  category: 'latent/video',
  inputs: { width: side(848, 16), height: side(480, 16), length: frames(25, 6, 7), batch_size: batchSize },
  outputs: [latent()],
  execute: size => [blankVideo(videoFormats.mochi, size)],
});

export const EmptyLTXVLatentVideo = defineNode({
  id: 'EmptyLTXVLatentVideo',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_lt',
  category: 'latent/video/ltxv',
  inputs: { width: side(768, 32, 64), height: side(512, 32, 64), length: frames(97, 8), batch_size: batchSize },
  outputs: [latent()],
  execute: size => [blankVideo(videoFormats.ltxv, size)],
});

export const EmptyCosmosLatentVideo = defineNode({
  id: 'EmptyCosmosLatentVideo',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_cosmos',
  category: 'latent/video',
  inputs: { width: side(1280, 16), height: side(704, 16), length: frames(121, 8), batch_size: batchSize },
  outputs: [latent()],
  execute: size => [blankVideo(videoFormats.cosmos, size)],
});

export const TrimVideoLatent = defineNode({
  id: 'TrimVideoLatent',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_wan',
  category: 'latent/video',
  inputs: { samples: latent(), trim_amount: int({ default: 0, min: 0, max: 99999 }) },
  outputs: [latent()],
  execute: ({ samples, trim_amount }) => {
    const axis = requireFrames(samples, 'TrimVideoLatent');
    const own = samples.samples.dims[axis]!;
    if (trim_amount >= own) throw new NodeError('VIDEO_TRIMMED_AWAY', { amount: trim_amount, frames: own });
    return [{ ...samples, samples: sliceAxis(samples.samples, axis, trim_amount, own - trim_amount) }];
  },
});

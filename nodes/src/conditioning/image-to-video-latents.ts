// Latents of videos of which some frames are given, with a noise mask that keeps them: for models that have no channels of their
// own for pictures. Golden data, cases `Wan22ImageToVideoLatent`, `CosmosImageToVideoLatent`,
// `CosmosPredict2ImageToVideoLatent`, `HunyuanImageToVideo` and `LTXVImgToVideo`.
import {
  fitBatch,
  modelZeros,
  momentMask,
  replaceFrames,
  type Tensor,
  type Vae,
  type VideoFormat,
  videoFormats,
  videoLatentDims,
  withConditioningOptions,
} from '@snug/engine';
import { combo, conditioning, defineNode, float, image, latent, vae } from '@snug/execution';
import { batchSize, side } from '../latent/empty-latents.ts';
import { blankTensor } from '../latent/latent-shapes.ts';
import { blankVideo, frames, type VideoInputs } from '../latent/video-latents.ts';
import type { Latent } from '../node-types.ts';
import {
  type FrameContext,
  fitFrames,
  positiveAndNegative,
  positiveAndNegativeOutputs,
  requireVideoVae,
} from './video-frames.ts';

interface GivenFrames {
  readonly start?: Tensor | undefined;
  readonly end?: Tensor | undefined;
}

/** Frames at both ends in a latent that is zero to the model, and the mask of the others. */
async function latentWithGiven(
  { start, end }: GivenFrames,
  format: VideoFormat,
  size: VideoInputs,
  vae: Vae,
  context: FrameContext,
): Promise<Latent> {
  const dims = videoLatentDims(format, size, 1);
  const total = dims[2]!;
  const first = start && (await vae.encode(await fitFrames(start, size, context), context));
  const last = end && (await vae.encode(await fitFrames(end, size, context, 'end'), context));
  const [lead, tail] = [first?.dims[2] ?? 0, last?.dims[2] ?? 0];
  const zeros = modelZeros(format, dims);
  const begun = first ? replaceFrames(zeros, first, 0) : zeros;
  const samples = last ? replaceFrames(begun, last, Math.max(0, total - tail)) : begun;
  const mask = momentMask(dims.with(1, 1), frame => frame < lead || frame >= total - tail);
  return { samples: fitBatch(samples, size.batch_size), noise_mask: fitBatch(mask, size.batch_size) };
}

const v3 = { wire: 'v3', category: 'conditioning/inpaint' } as const;
const cosmosModule = { pythonModule: 'comfy_extras.nodes_cosmos' } as const;
const startImage = { start_image: image({ optional: true }) } as const;
const startAndEnd = { ...startImage, end_image: image({ optional: true }) } as const;

export const Wan22ImageToVideoLatent = defineNode({
  id: 'Wan22ImageToVideoLatent',
  ...v3,
  pythonModule: 'comfy_extras.nodes_wan',
  inputs: {
    vae: vae(),
    width: side(1280, 32),
    height: side(704, 32),
    length: frames(49, 4),
    batch_size: batchSize,
    ...startImage,
  },
  outputs: [latent()],
  execute: async ({ vae, start_image: start, ...size }, context) => {
    requireVideoVae(vae, videoFormats.wan22, 'Wan22ImageToVideoLatent');
    if (start === undefined) return [blankVideo(videoFormats.wan22, size)];
    return [await latentWithGiven({ start }, videoFormats.wan22, size, vae, context)];
  },
});

export const CosmosImageToVideoLatent = defineNode({
  id: 'CosmosImageToVideoLatent',
  ...v3,
  ...cosmosModule,
  inputs: {
    vae: vae(),
    width: side(1280, 16),
    height: side(704, 16),
    length: frames(121, 8),
    batch_size: batchSize,
    ...startAndEnd,
  },
  outputs: [latent()],
  execute: async ({ vae, start_image: start, end_image: end, ...size }, context) => {
    requireVideoVae(vae, videoFormats.cosmos, 'CosmosImageToVideoLatent');
    if (start === undefined && end === undefined) return [blankVideo(videoFormats.cosmos, size)];
    return [await latentWithGiven({ start, end }, videoFormats.cosmos, size, vae, context)];
  },
});

export const CosmosPredict2ImageToVideoLatent = defineNode({
  id: 'CosmosPredict2ImageToVideoLatent',
  ...v3,
  ...cosmosModule,
  inputs: {
    vae: vae(),
    width: side(848, 16),
    height: side(480, 16),
    length: frames(93, 4),
    batch_size: batchSize,
    ...startAndEnd,
  },
  outputs: [latent()],
  execute: async ({ vae, start_image: start, end_image: end, ...size }, context) => {
    requireVideoVae(vae, videoFormats.cosmosPredict2, 'CosmosPredict2ImageToVideoLatent');
    if (start === undefined && end === undefined) return [blankVideo(videoFormats.cosmosPredict2, size)];
    return [await latentWithGiven({ start, end }, videoFormats.cosmosPredict2, size, vae, context)];
  },
});

/** How HunyuanVideo gets the picture: beside the latent, in its first frame, or as a reference of its own. */
const guidanceTypes = ['v1 (concat)', 'v2 (replace)', 'custom'] as const;

export const HunyuanImageToVideo = defineNode({
  id: 'HunyuanImageToVideo',
  pythonModule: 'comfy_extras.nodes_hunyuan',
  category: 'conditioning/video_models',
  inputs: {
    positive: conditioning(),
    vae: vae(),
    width: side(848, 16),
    height: side(480, 16),
    length: frames(53, 4),
    batch_size: batchSize,
    guidance_type: combo(guidanceTypes),
    ...startImage,
  },
  outputs: [conditioning({ name: 'positive' }), latent({ name: 'latent' })],
  execute: async ({ positive, vae, guidance_type, start_image, ...size }, context) => {
    const format = videoFormats.hunyuan;
    requireVideoVae(vae, format, 'HunyuanImageToVideo');
    const canvas = blankVideo(format, size);
    if (start_image === undefined) return [positive, canvas];
    const start = await vae.encode(await fitFrames(start_image, size, context), context);
    const mask = momentMask(videoLatentDims(format, size, 1).with(1, 1), frame => frame < (start.dims[2] ?? 0));
    switch (guidance_type) {
      case 'v1 (concat)': {
        const options = { concat_latent_image: start, concat_mask: mask };
        return [withConditioningOptions(positive, options), canvas];
      }
      case 'v2 (replace)': {
        const samples = replaceFrames(canvas.samples, start, 0);
        return [withConditioningOptions(positive, { guiding_frame_index: 0 }), { samples, noise_mask: mask }];
      }
      default:
        return [withConditioningOptions(positive, { ref_latent: start }), canvas];
    }
  },
});

export const LTXVImgToVideo = defineNode({
  id: 'LTXVImgToVideo',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_lt',
  category: 'conditioning/video_models',
  inputs: {
    ...positiveAndNegative,
    vae: vae(),
    image: image(),
    width: side(768, 32, 64),
    height: side(512, 32, 64),
    length: frames(97, 8, 9),
    batch_size: batchSize,
    strength: float({ default: 1, min: 0, max: 1 }),
  },
  outputs: positiveAndNegativeOutputs,
  execute: async ({ positive, negative, vae, image, strength, ...size }, context) => {
    const format = videoFormats.ltxv;
    requireVideoVae(vae, format, 'LTXVImgToVideo');
    const start = await vae.encode(await fitFrames(image, size, context), context);
    const dims = videoLatentDims(format, size, size.batch_size);
    const samples = replaceFrames(blankTensor(dims), start, 0);
    const total = dims[2]!;
    // One value per frame: how much of it is made anew.
    const levels = Float32Array.from({ length: size.batch_size * total }, (_, i) =>
      i % total < (start.dims[2] ?? 0) ? 1 - strength : 1,
    );
    return [positive, negative, { samples, noise_mask: { data: levels, dims: [size.batch_size, 1, total, 1, 1] } }];
  },
});

// Pictures as part of a conditioning, for models of pictures: shown beside the latent, or as references.
import {
  type Conditioning,
  roundHalfEven,
  scaleWork,
  sliceAxis,
  type Tensor,
  withConditioningOptions,
} from '@snug/engine';
import { combo, conditioning, defineNode, float, image, latent, vae } from '@snug/execution';
import { workOnPixels } from '../image/pixel-work.ts';
import { blankTensor, requireFrames } from '../latent/latent-shapes.ts';
import { withAppended, withBoth } from './both-sides.ts';
import { positiveAndNegative, positiveAndNegativeOutputs } from './video-frames.ts';

export const ReferenceLatent = defineNode({
  id: 'ReferenceLatent',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_edit_model',
  category: 'advanced/conditioning/edit_models',
  description: 'Gives a model for editing a picture to go by. Several of these in a row give several pictures.',
  inputs: { conditioning: conditioning(), latent: latent({ optional: true }) },
  outputs: [conditioning()],
  execute: ({ conditioning, latent }): [Conditioning] => [
    latent === undefined ? conditioning : withAppended(conditioning, 'reference_latents', latent.samples),
  ],
});

/** How the positions of several references are told apart; the last one goes by two names. */
const referenceMethods = { offset: 'offset', index: 'index', 'uxo/uno': 'uxo' } as const;

export const FluxKontextMultiReferenceLatentMethod = defineNode({
  id: 'FluxKontextMultiReferenceLatentMethod',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_flux',
  category: 'advanced/conditioning/flux',
  experimental: true,
  inputs: {
    conditioning: conditioning(),
    reference_latents_method: combo(['offset', 'index', 'uxo/uno']),
  },
  outputs: [conditioning()],
  execute: ({ conditioning, reference_latents_method }) => [
    withConditioningOptions(conditioning, {
      reference_latents_method: referenceMethods[reference_latents_method],
    }),
  ],
});

export const InstructPixToPixConditioning = defineNode({
  id: 'InstructPixToPixConditioning',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_ip2p',
  category: 'conditioning/instructpix2pix',
  inputs: { ...positiveAndNegative, vae: vae(), pixels: image() },
  outputs: positiveAndNegativeOutputs,
  execute: async ({ vae, pixels, ...sides }, { signal }) => {
    const concat_latent_image = await vae.encode(croppedToCells(pixels, vae.downscale), { signal });
    return [...withBoth(sides, { concat_latent_image }), { samples: blankTensor(concat_latent_image.dims) }];
  },
});

/** Sides cut around the centre to multiples of a cell. */
function croppedToCells(pixels: Tensor, cell: number): Tensor {
  return [1, 2].reduce((image, axis) => {
    const rest = (image.dims[axis] ?? 0) % cell;
    return sliceAxis(image, axis, Math.floor(rest / 2), (image.dims[axis] ?? 0) - rest);
  }, pixels);
}

/** The model enlarges by 4. */
const UPSCALE = 4;

export const SD_4XUpscale_Conditioning = defineNode({
  id: 'SD_4XUpscale_Conditioning',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_sdupscale',
  category: 'conditioning/upscale_diffusion',
  inputs: {
    images: image(),
    ...positiveAndNegative,
    scale_ratio: float({ default: 4, min: 0, max: 10, step: 0.01 }),
    noise_augmentation: float({ default: 0, min: 0, max: 1, step: 0.001 }),
  },
  outputs: positiveAndNegativeOutputs,
  execute: async ({ images, scale_ratio, noise_augmentation, ...sides }, context) => {
    const [batch = 0, ...size] = images.dims;
    const [height = 1, width = 1] = size.map(pixels =>
      Math.max(1, Math.floor(roundHalfEven(pixels * scale_ratio) / UPSCALE)),
    );
    const work = scaleWork(images, { method: 'bilinear', width, height, crop: 'center' });
    const scaled = await workOnPixels(work, context);
    const options = { concat_image: signedPlanes(scaled), noise_augmentation };
    return [...withBoth(sides, options), { samples: blankTensor([batch, 4, height, width]) }];
  },
});

/** Images [batch, height, width, channels] in 0..1 as [batch, channels, height, width] in -1..1. */
function signedPlanes({ data, dims: [batch = 0, height = 0, width = 0, channels = 0] }: Tensor): Tensor {
  const plane = height * width;
  const result = new Float32Array(data.length);
  for (const [i, value] of data.entries()) {
    const item = Math.floor(i / (plane * channels));
    result[(item * channels + (i % channels)) * plane + (Math.floor(i / channels) % plane)] = value * 2 - 1;
  }
  return { data: result, dims: [batch, channels, height, width] };
}

export const HunyuanRefinerLatent = defineNode({
  id: 'HunyuanRefinerLatent',
  pythonModule: 'comfy_extras.nodes_hunyuan',
  category: 'sd',
  inputs: {
    ...positiveAndNegative,
    latent: latent(),
    noise_augmentation: float({ default: 0.1, min: 0, max: 1, step: 0.01 }),
  },
  outputs: positiveAndNegativeOutputs,
  // The refiner starts from nothing and sees the picture beside it (HunyuanImage 2.1 in huggingface/diffusers).
  execute: ({ latent, noise_augmentation, ...sides }) => {
    requireFrames(latent, 'HunyuanRefinerLatent');
    const options = { concat_latent_image: latent.samples, noise_augmentation };
    return [...withBoth(sides, options), { samples: blankTensor(latent.samples.dims) }];
  },
});

export const ConditioningStableAudio = defineNode({
  id: 'ConditioningStableAudio',
  pythonModule: 'comfy_extras.nodes_audio',
  category: 'conditioning',
  inputs: {
    ...positiveAndNegative,
    seconds_start: float({ default: 0, min: 0, max: 1000, step: 0.1 }),
    seconds_total: float({ default: 47, min: 0, max: 1000, step: 0.1 }),
  },
  outputs: [conditioning({ name: 'positive' }), conditioning({ name: 'negative' })],
  execute: ({ seconds_start, seconds_total, ...sides }) => withBoth(sides, { seconds_start, seconds_total }),
});

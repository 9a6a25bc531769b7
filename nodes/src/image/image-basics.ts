// Pictures made, measured and changed in simple ways.
import { imageNoiseWork, invertImage, outpaintWork, solidImage } from '@snug/engine';
import { defineNode, float, image, int, mask } from '@snug/execution';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';
import { workOnPixels } from './pixel-work.ts';

export const EmptyImage = defineNode({
  id: 'EmptyImage',
  category: 'image',
  inputs: {
    width: int({ default: 512, min: 1, max: MAX_RESOLUTION, step: 1 }),
    height: int({ default: 512, min: 1, max: MAX_RESOLUTION, step: 1 }),
    batch_size: int({ default: 1, min: 1, max: 4096 }),
    color: int({ default: 0, min: 0, max: 0xffffff, step: 1, display: 'color' }),
  },
  outputs: [image()],
  execute: ({ width, height, batch_size, color }) => [solidImage({ width, height, batch: batch_size, color })],
});

export const ImageInvert = defineNode({
  id: 'ImageInvert',
  displayName: 'Invert Image',
  category: 'image',
  inputs: { image: image() },
  outputs: [image()],
  execute: ({ image }) => [invertImage(image)],
});

const margin = () => int({ default: 0, min: 0, max: MAX_RESOLUTION, step: 8 });

export const ImagePadForOutpaint = defineNode({
  id: 'ImagePadForOutpaint',
  displayName: 'Pad Image for Outpainting',
  category: 'image',
  inputs: {
    image: image(),
    left: margin(),
    top: margin(),
    right: margin(),
    bottom: margin(),
    feathering: int({ default: 40, min: 0, max: MAX_RESOLUTION, step: 1 }),
  },
  outputs: [image(), mask()],
  execute: ({ image, ...margins }, context) => workOnPixels(outpaintWork(image, margins), context),
});

export const ImageAddNoise = defineNode({
  id: 'ImageAddNoise',
  category: 'image',
  pythonModule: 'comfy_extras.nodes_images',
  inputs: {
    image: image(),
    seed: int({
      default: 0,
      min: 0,
      max: 0xffffffffffffffffn,
      big: true,
      control_after_generate: true,
      tooltip: 'Chooses the noise: the same number gives the same grain.',
    }),
    strength: float({ default: 0.5, min: 0, max: 1, step: 0.01 }),
  },
  outputs: [image()],
  execute: async ({ image, seed, strength }, context) => [
    await workOnPixels(imageNoiseWork(image, { seed, strength }), context),
  ],
});

export const GetImageSize = defineNode({
  id: 'GetImageSize',
  displayName: 'Get Image Size',
  category: 'image',
  pythonModule: 'comfy_extras.nodes_images',
  description: 'Tells how wide and high the pictures are, and how many there are.',
  hidden: ['uniqueId'],
  inputs: { image: image() },
  outputs: [int({ name: 'width' }), int({ name: 'height' }), int({ name: 'batch_size' })],
  execute({ image }, context) {
    const [batch = 0, height = 0, width = 0] = image.dims;
    context.sendText(`width: ${width}, height: ${height}, batch size: ${batch}`);
    return [width, height, batch];
  },
});

// Pictures in other sizes.
import { fitWork, type ImageScaleMethod, imageScaleMethods, roundHalfEven, scaleWork, type Tensor } from '@snug/engine';
import { combo, defineNode, float, image, int, type NodeContext } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';
import { workOnPixels } from './pixel-work.ts';

const side = (min: number) => int({ default: 512, min, max: MAX_RESOLUTION, step: 1 });

export const ImageScale = defineNode({
  id: 'ImageScale',
  displayName: 'Upscale Image',
  category: 'image/upscaling',
  inputs: {
    image: image(),
    upscale_method: combo(imageScaleMethods),
    width: side(0),
    height: side(0),
    crop: combo(['disabled', 'center']),
  },
  outputs: [image()],
  execute: async ({ image, upscale_method, ...size }, context) => [
    await workOnPixels(scaleWork(image, { method: upscale_method, ...size }), context),
  ],
});

export const ImageScaleBy = defineNode({
  id: 'ImageScaleBy',
  displayName: 'Upscale Image By',
  category: 'image/upscaling',
  inputs: {
    image: image(),
    upscale_method: combo(imageScaleMethods),
    scale_by: float({ default: 1, min: 0.01, max: 8, step: 0.01 }),
  },
  outputs: [image()],
  execute: async ({ image, upscale_method, scale_by }, context) => [
    await scaledBy(image, scale_by, upscale_method, context),
  ],
});

/** Pixels of a megapixel, as the reference counts. */
const MEGAPIXEL = 1024 * 1024;

export const ImageScaleToTotalPixels = defineNode({
  id: 'ImageScaleToTotalPixels',
  category: 'image/upscaling',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_post_processing',
  inputs: {
    image: image({}),
    upscale_method: combo(imageScaleMethods),
    megapixels: float({ default: 1, min: 0.01, max: 16, step: 0.01 }),
  },
  outputs: [image()],
  async execute({ image, upscale_method, megapixels }, context) {
    const [, height = 0, width = 0] = image.dims;
    return [await scaledBy(image, Math.sqrt((megapixels * MEGAPIXEL) / (width * height)), upscale_method, context)];
  },
});

export const ImageScaleToMaxDimension = defineNode({
  id: 'ImageScaleToMaxDimension',
  category: 'image/upscaling',
  pythonModule: 'comfy_extras.nodes_images',
  inputs: {
    image: image(),
    upscale_method: combo(['area', 'lanczos', 'bilinear', 'nearest-exact', 'bilinear', 'bicubic']),
    largest_size: side(0),
  },
  outputs: [image()],
  async execute({ image, upscale_method, largest_size }, context) {
    const [, height = 0, width = 0] = image.dims;
    return [await scaledBy(image, largest_size / Math.max(width, height), upscale_method, context)];
  },
});

/** Both sides times a factor, rounded. @throws NodeError IMAGE_SCALED_AWAY */
function scaledBy(
  image: Tensor,
  factor: number,
  method: ImageScaleMethod,
  context: Pick<NodeContext, 'services' | 'signal'>,
): Promise<Tensor> {
  const [, fromHeight = 0, fromWidth = 0] = image.dims;
  const [width, height] = [roundHalfEven(fromWidth * factor), roundHalfEven(fromHeight * factor)];
  if (!(width >= 1 && height >= 1)) {
    throw new NodeError('IMAGE_SCALED_AWAY', { from: `${fromWidth} x ${fromHeight}`, to: `${width} x ${height}` });
  }
  return workOnPixels(scaleWork(image, { method, width, height }), context);
}

export const ResizeAndPadImage = defineNode({
  id: 'ResizeAndPadImage',
  category: 'image/transform',
  pythonModule: 'comfy_extras.nodes_images',
  inputs: {
    image: image(),
    target_width: side(1),
    target_height: side(1),
    padding_color: combo(['white', 'black']),
    interpolation: combo(['area', 'bicubic', 'nearest-exact', 'bilinear', 'lanczos']),
  },
  outputs: [image()],
  execute: async ({ image, target_width, target_height, padding_color, interpolation }, context) => {
    const margin = padding_color === 'white' ? 1 : 0;
    const fit = { width: target_width, height: target_height, method: interpolation, margin };
    return [await workOnPixels(fitWork(image, fit), context)];
  },
});

/** Width and height of the pictures that FLUX.1 Kontext was trained on (huggingface/diffusers, Apache-2.0: a fact of the model). */
const kontextSizes: readonly (readonly [width: number, height: number])[] = [
  [672, 1568],
  [688, 1504],
  [720, 1456],
  [752, 1392],
  [800, 1328],
  [832, 1248],
  [880, 1184],
  [944, 1104],
  [1024, 1024],
  [1104, 944],
  [1184, 880],
  [1248, 832],
  [1328, 800],
  [1392, 752],
  [1456, 720],
  [1504, 688],
  [1568, 672],
];

export const FluxKontextImageScale = defineNode({
  id: 'FluxKontextImageScale',
  category: 'advanced/conditioning/flux',
  wire: 'v3',
  pythonModule: 'comfy_extras.nodes_flux',
  description:
    'Scales the picture to the size that suits its shape best among those that FLUX.1 Kontext was trained on.',
  inputs: { image: image({}) },
  outputs: [image()],
  async execute({ image }, context) {
    const [, fromHeight = 0, fromWidth = 0] = image.dims;
    const miss = ([width, height]: readonly [number, number]) => Math.abs(fromWidth / fromHeight - width / height);
    const [width, height] = kontextSizes.reduce((best, size) => (miss(size) < miss(best) ? size : best));
    return [await workOnPixels(scaleWork(image, { method: 'lanczos', width, height, crop: 'center' }), context)];
  },
});

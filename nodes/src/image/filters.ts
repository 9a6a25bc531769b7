// Filters over whole pictures, and their colours taken apart.
import {
  blendModes,
  blendWork,
  blurWork,
  cannyWork,
  dithers,
  morphologyOperations,
  morphologyWork,
  quantizeWork,
  rgbToYuvWork,
  sharpenWork,
  yuvToRgbWork,
} from '@snug/engine';
import { combo, defineNode, float, image, int } from '@snug/execution';
import { workOnPixels } from './pixel-work.ts';

const postProcessing = {
  wire: 'v3',
  category: 'image/postprocessing',
  pythonModule: 'comfy_extras.nodes_post_processing',
} as const;
const radius = () => int({ default: 1, min: 1, max: 31, step: 1 });

export const ImageBlend = defineNode({
  ...postProcessing,
  id: 'ImageBlend',
  inputs: {
    image1: image({}),
    image2: image({}),
    blend_factor: float({ default: 0.5, min: 0, max: 1, step: 0.01 }),
    blend_mode: combo(blendModes),
  },
  outputs: [image()],
  execute: async ({ image1, image2, blend_factor, blend_mode }, context) => [
    await workOnPixels(blendWork(image1, image2, { mode: blend_mode, factor: blend_factor }), context),
  ],
});

export const ImageBlur = defineNode({
  ...postProcessing,
  id: 'ImageBlur',
  inputs: {
    image: image({}),
    blur_radius: radius(),
    sigma: float({ default: 1, min: 0.1, max: 10, step: 0.1 }),
  },
  outputs: [image()],
  execute: async ({ image, blur_radius, sigma }, context) => [
    await workOnPixels(blurWork(image, { radius: blur_radius, sigma }), context),
  ],
});

export const ImageSharpen = defineNode({
  ...postProcessing,
  id: 'ImageSharpen',
  inputs: {
    image: image({}),
    sharpen_radius: radius(),
    sigma: float({ default: 1, min: 0.1, max: 10, step: 0.01 }),
    alpha: float({ default: 1, min: 0, max: 5, step: 0.01 }),
  },
  outputs: [image()],
  execute: async ({ image, sharpen_radius, sigma, alpha }, context) => [
    await workOnPixels(sharpenWork(image, { radius: sharpen_radius, sigma, alpha }), context),
  ],
});

export const ImageQuantize = defineNode({
  ...postProcessing,
  id: 'ImageQuantize',
  inputs: {
    image: image({}),
    colors: int({ default: 256, min: 1, max: 256, step: 1 }),
    dither: combo(dithers),
  },
  outputs: [image()],
  execute: async ({ image, colors, dither }, context) => [
    await workOnPixels(quantizeWork(image, { colors, dither }), context),
  ],
});

export const Morphology = defineNode({
  ...postProcessing,
  id: 'Morphology',
  displayName: 'ImageMorphology',
  pythonModule: 'comfy_extras.nodes_morphology',
  inputs: {
    image: image({}),
    operation: combo(morphologyOperations),
    kernel_size: int({ default: 3, min: 3, max: 999, step: 1 }),
  },
  outputs: [image()],
  execute: async ({ image, operation, kernel_size }, context) => [
    await workOnPixels(morphologyWork(image, { operation, size: kernel_size }), context),
  ],
});

const threshold = (value: number) => float({ default: value, min: 0.01, max: 0.99, step: 0.01 });

export const Canny = defineNode({
  id: 'Canny',
  wire: 'v3',
  category: 'image/preprocessors',
  pythonModule: 'comfy_extras.nodes_canny',
  inputs: { image: image({}), low_threshold: threshold(0.4), high_threshold: threshold(0.8) },
  outputs: [image()],
  execute: async ({ image, low_threshold, high_threshold }, context) => [
    await workOnPixels(cannyWork(image, { low: low_threshold, high: high_threshold }), context),
  ],
});

const colorFamily = { wire: 'v3', category: 'image/batch', pythonModule: 'comfy_extras.nodes_morphology' } as const;

export const ImageRGBToYUV = defineNode({
  ...colorFamily,
  id: 'ImageRGBToYUV',
  inputs: { image: image({}) },
  outputs: [image({ name: 'Y' }), image({ name: 'U' }), image({ name: 'V' })],
  execute: ({ image }, context) => workOnPixels(rgbToYuvWork(image), context),
});

export const ImageYUVToRGB = defineNode({
  ...colorFamily,
  id: 'ImageYUVToRGB',
  inputs: { Y: image({}), U: image({}), V: image({}) },
  outputs: [image()],
  execute: async ({ Y, U, V }, context) => [await workOnPixels(yuvToRgbWork(Y, U, V), context)],
});

// Pictures cut, stitched together, turned and mirrored.
import { cutWork, flipWork, rotateWork, stitchDirections, stitchWork } from '@snug/engine';
import { boolean, combo, defineNode, image, int } from '@snug/execution';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';
import { workOnPixels } from './pixel-work.ts';

const family = { category: 'image/transform', pythonModule: 'comfy_extras.nodes_images' } as const;
const side = () => int({ default: 512, min: 1, max: MAX_RESOLUTION, step: 1 });
const place = () => int({ default: 0, min: 0, max: MAX_RESOLUTION, step: 1 });

export const ImageCrop = defineNode({
  ...family,
  id: 'ImageCrop',
  displayName: 'Image Crop',
  inputs: { image: image(), width: side(), height: side(), x: place(), y: place() },
  outputs: [image()],
  async execute({ image, x, y, ...size }, context) {
    const [, height = 0, width = 0] = image.dims;
    // What lies outside is left out, but a pixel at least remains.
    const left = Math.min(x, width - 1);
    const top = Math.min(y, height - 1);
    const kept = { width: Math.min(size.width, width - left), height: Math.min(size.height, height - top) };
    return [await workOnPixels(cutWork(image, { x: left, y: top, ...kept }), context)];
  },
});

export const ImageStitch = defineNode({
  ...family,
  id: 'ImageStitch',
  displayName: 'Image Stitch',
  description:
    'Lays a second picture beside, above or below the first one, with a coloured stripe between them if wanted.',
  inputs: {
    image1: image(),
    direction: combo(stitchDirections, { default: 'right' }),
    match_image_size: boolean({ default: true }),
    spacing_width: int({ default: 0, min: 0, max: 1024, step: 2 }),
    spacing_color: combo(['white', 'black', 'red', 'green', 'blue'], { default: 'white' }),
    image2: image({ optional: true }),
  },
  outputs: [image()],
  async execute({ image1, image2, direction, match_image_size, spacing_width, spacing_color }, context) {
    if (image2 === undefined) return [image1];
    const options = { direction, matchSize: match_image_size, spacing: spacing_width, color: spacing_color };
    return [await workOnPixels(stitchWork(image1, image2, options), context)];
  },
});

const rotations = { none: 0, '90 degrees': 1, '180 degrees': 2, '270 degrees': 3 } as const;

export const ImageRotate = defineNode({
  ...family,
  id: 'ImageRotate',
  inputs: { image: image(), rotation: combo(['none', '90 degrees', '180 degrees', '270 degrees']) },
  outputs: [image()],
  execute: async ({ image, rotation }, context) => [
    await workOnPixels(rotateWork(image, rotations[rotation]), context),
  ],
});

export const ImageFlip = defineNode({
  ...family,
  id: 'ImageFlip',
  inputs: { image: image(), flip_method: combo(['x-axis: vertically', 'y-axis: horizontally']) },
  outputs: [image()],
  execute: async ({ image, flip_method }, context) => {
    const way = flip_method === 'x-axis: vertically' ? 'vertically' : 'horizontally';
    return [await workOnPixels(flipWork(image, way), context)];
  },
});

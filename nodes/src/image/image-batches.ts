// Batches of pictures: put together, repeated, and taken apart.
import { joinWork, repeatWork, scaleWork, takePictures } from '@snug/engine';
import { defineNode, image, int } from '@snug/execution';
import { workOnPixels } from './pixel-work.ts';

const family = { category: 'image/batch', pythonModule: 'comfy_extras.nodes_images' } as const;

export const ImageBatch = defineNode({
  id: 'ImageBatch',
  displayName: 'Batch Images',
  category: 'image',
  inputs: { image1: image(), image2: image() },
  outputs: [image()],
  async execute({ image1, image2 }, context) {
    const [, height = 0, width = 0] = image1.dims;
    const isFitting = image2.dims[1] === height && image2.dims[2] === width;
    const scaling = scaleWork(image2, { method: 'bilinear', width, height, crop: 'center' });
    const fitted = isFitting ? image2 : await workOnPixels(scaling, context);
    return [await workOnPixels(joinWork([image1, fitted]), context)];
  },
});

export const RepeatImageBatch = defineNode({
  ...family,
  id: 'RepeatImageBatch',
  inputs: { image: image(), amount: int({ default: 1, min: 1, max: 4096 }) },
  outputs: [image()],
  execute: async ({ image, amount }, context) => [await workOnPixels(repeatWork(image, amount), context)],
});

export const ImageFromBatch = defineNode({
  ...family,
  id: 'ImageFromBatch',
  inputs: {
    image: image(),
    batch_index: int({ default: 0, min: 0, max: 4095 }),
    length: int({ default: 1, min: 1, max: 4096 }),
  },
  outputs: [image()],
  execute: ({ image, batch_index, length }) => [takePictures(image, batch_index, length)],
});

// Pictures made and changed without a model.
import { invertImage, solidImage } from '@snug/engine';
import { defineNode, image, int } from '@snug/execution';
import { MAX_RESOLUTION } from './latent-image.ts';

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

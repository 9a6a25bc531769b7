// Resampling of pictures.
import { imageScaleMethods, scaleImage } from '@snug/engine';
import { combo, defineNode, image, int } from '@snug/execution';
import { MAX_RESOLUTION } from './latent-image.ts';

export const ImageScale = defineNode({
  id: 'ImageScale',
  displayName: 'Upscale Image',
  category: 'image/upscaling',
  inputs: {
    image: image(),
    upscale_method: combo(imageScaleMethods),
    width: int({ default: 512, min: 0, max: MAX_RESOLUTION, step: 1 }),
    height: int({ default: 512, min: 0, max: MAX_RESOLUTION, step: 1 }),
    crop: combo(['disabled', 'center']),
  },
  outputs: [image()],
  execute: ({ image, upscale_method, ...size }) => [scaleImage(image, { method: upscale_method, ...size })],
});

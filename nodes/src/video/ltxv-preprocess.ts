// Prepares a picture for models that were trained on compressed videos.
import { h264RoundTrip } from '@snug/engine';
import { defineNode, image, int } from '@snug/execution';

export const LTXVPreprocess = defineNode({
  id: 'LTXVPreprocess',
  wire: 'v3',
  category: 'image',
  pythonModule: 'comfy_extras.nodes_lt',
  inputs: {
    image: image(),
    img_compression: int({
      tooltip: 'Strength of the compression, as the rate factor of H.264; 0 leaves the pictures as they are.',
      default: 35,
      min: 0,
      max: 100,
    }),
  },
  outputs: [image({ name: 'output_image' })],
  execute: async ({ image, img_compression }, { signal }) => [await h264RoundTrip(image, img_compression, { signal })],
});

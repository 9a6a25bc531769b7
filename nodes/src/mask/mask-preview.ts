// Shows a mask as a grey picture.
import { maskToImage } from '@snug/engine';
import { defineNode, mask } from '@snug/execution';
import { previewImages, previewState } from '../files/save-image.ts';

export const MaskPreview = defineNode({
  id: 'MaskPreview',
  category: 'mask',
  pythonModule: 'comfy_extras.nodes_mask',
  description: 'Shows the masks; they are kept until the server ends.',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  inputs: { mask: mask() },
  outputs: [],
  state: previewState,
  execute: ({ mask }, context) => previewImages(maskToImage(mask), context),
});

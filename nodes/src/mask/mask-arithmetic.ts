// Making, combining and shaping masks.
import {
  channelMask,
  colorMask,
  combineMasks,
  cropMask,
  featherMask,
  growMask,
  invertImage,
  maskChannels,
  maskOperations,
  maskToImage,
  solidMask,
  thresholdMask,
} from '@snug/engine';
import { boolean, combo, defineNode, float, image, int, mask } from '@snug/execution';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';

const family = { category: 'mask', pythonModule: 'comfy_extras.nodes_mask' } as const;

const position = () => int({ default: 0, min: 0, max: MAX_RESOLUTION, step: 1 });
const side = () => int({ default: 512, min: 1, max: MAX_RESOLUTION, step: 1 });

export const MaskToImage = defineNode({
  ...family,
  id: 'MaskToImage',
  displayName: 'Convert Mask to Image',
  inputs: { mask: mask() },
  outputs: [image()],
  execute: ({ mask }) => [maskToImage(mask)],
});

export const ImageToMask = defineNode({
  ...family,
  id: 'ImageToMask',
  displayName: 'Convert Image to Mask',
  inputs: { image: image(), channel: combo(maskChannels) },
  outputs: [mask()],
  execute: ({ image, channel }) => [channelMask(image, channel)],
});

export const ImageColorToMask = defineNode({
  ...family,
  id: 'ImageColorToMask',
  inputs: { image: image(), color: int({ default: 0, min: 0, max: 0xffffff, step: 1, display: 'color' }) },
  outputs: [mask()],
  execute: ({ image, color }) => [colorMask(image, color)],
});

export const SolidMask = defineNode({
  ...family,
  id: 'SolidMask',
  inputs: { value: float({ default: 1, min: 0, max: 1, step: 0.01 }), width: side(), height: side() },
  outputs: [mask()],
  execute: size => [solidMask(size)],
});

export const InvertMask = defineNode({
  ...family,
  id: 'InvertMask',
  inputs: { mask: mask() },
  outputs: [mask()],
  execute: ({ mask }) => [invertImage(mask)],
});

export const CropMask = defineNode({
  ...family,
  id: 'CropMask',
  inputs: { mask: mask(), x: position(), y: position(), width: side(), height: side() },
  outputs: [mask()],
  execute: ({ mask, ...rectangle }) => [cropMask(mask, rectangle)],
});

export const MaskComposite = defineNode({
  ...family,
  id: 'MaskComposite',
  inputs: { destination: mask(), source: mask(), x: position(), y: position(), operation: combo(maskOperations) },
  outputs: [mask()],
  execute: ({ destination, source, ...options }) => [combineMasks(destination, source, options)],
});

export const FeatherMask = defineNode({
  ...family,
  id: 'FeatherMask',
  inputs: { mask: mask(), left: position(), top: position(), right: position(), bottom: position() },
  outputs: [mask()],
  execute: ({ mask, ...margins }) => [featherMask(mask, margins)],
});

export const GrowMask = defineNode({
  ...family,
  id: 'GrowMask',
  inputs: {
    mask: mask(),
    expand: int({ default: 0, min: -MAX_RESOLUTION, max: MAX_RESOLUTION, step: 1 }),
    tapered_corners: boolean({ default: true }),
  },
  outputs: [mask()],
  execute: ({ mask, expand, tapered_corners }) => [growMask(mask, { expand, isTapered: tapered_corners })],
});

export const ThresholdMask = defineNode({
  ...family,
  id: 'ThresholdMask',
  inputs: { mask: mask(), value: float({ default: 0.5, min: 0, max: 1, step: 0.01 }) },
  outputs: [mask()],
  execute: ({ mask, value }) => [thresholdMask(mask, value)],
});

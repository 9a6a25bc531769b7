// Pasting pictures and latents through masks, and pictures with alpha.
import { compositeLatents, compositeWork, invertImage, porterDuff, porterDuffModes } from '@snug/engine';
import { boolean, combo, defineNode, image, int, latent, mask } from '@snug/execution';
import { workOnPixels } from '../image/pixel-work.ts';
import { MAX_RESOLUTION } from '../latent/max-resolution.ts';
import { fitted, joinedAlpha, withoutAlpha } from './alpha.ts';

const masks = { pythonModule: 'comfy_extras.nodes_mask' } as const;
const compositing = {
  wire: 'v3',
  category: 'mask/compositing',
  pythonModule: 'comfy_extras.nodes_compositing',
} as const;

const position = (step: number) => int({ default: 0, min: 0, max: MAX_RESOLUTION, step });

export const ImageCompositeMasked = defineNode({
  ...masks,
  id: 'ImageCompositeMasked',
  category: 'image',
  inputs: {
    destination: image(),
    source: image(),
    x: position(1),
    y: position(1),
    resize_source: boolean({ default: false }),
    mask: mask({ optional: true }),
  },
  outputs: [image()],
  execute: async ({ destination, source, resize_source, ...options }, context) => [
    await workOnPixels(compositeWork(destination, source, { ...options, resizeSource: resize_source }), context),
  ],
});

/** Pixels per latent cell, in which positions are given. */
const CELL = 8;

export const LatentCompositeMasked = defineNode({
  ...masks,
  id: 'LatentCompositeMasked',
  category: 'latent',
  inputs: {
    destination: latent(),
    source: latent(),
    x: position(CELL),
    y: position(CELL),
    resize_source: boolean({ default: false }),
    mask: mask({ optional: true }),
  },
  outputs: [latent()],
  execute: ({ destination, source, x, y, resize_source, mask }) => {
    const place = { x: Math.floor(x / CELL), y: Math.floor(y / CELL), resizeSource: resize_source, mask };
    return [{ ...destination, samples: compositeLatents(destination.samples, source.samples, place) }];
  },
});

export const PorterDuffImageComposite = defineNode({
  ...compositing,
  id: 'PorterDuffImageComposite',
  displayName: 'Porter-Duff Image Composite',
  inputs: {
    source: image({}),
    source_alpha: mask({}),
    destination: image({}),
    destination_alpha: mask({}),
    mode: combo(porterDuffModes, { default: 'DST' }),
  },
  outputs: [image(), mask()],
  execute: ({ source, source_alpha, destination, destination_alpha, mode }) => {
    const { image, alpha } = porterDuff(fitted({ source, source_alpha, destination, destination_alpha }), mode);
    return [image, invertImage(alpha)];
  },
});

export const SplitImageWithAlpha = defineNode({
  ...compositing,
  id: 'SplitImageWithAlpha',
  displayName: 'Split Image with Alpha',
  inputs: { image: image({}) },
  outputs: [image(), mask()],
  execute: ({ image }) => withoutAlpha(image),
});

export const JoinImageWithAlpha = defineNode({
  ...compositing,
  id: 'JoinImageWithAlpha',
  displayName: 'Join Image with Alpha',
  inputs: { image: image({}), alpha: mask({}) },
  outputs: [image()],
  execute: ({ image, alpha }) => [joinedAlpha(image, alpha)],
});

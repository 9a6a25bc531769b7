// Latents turned, mirrored and cut to a part.
import { flipAxis, rotatePlanes, sliceAxis } from '@snug/engine';
import { combo, defineNode, int, latent } from '@snug/execution';
import { cells, requirePlanes } from './latent-shapes.ts';
import { MAX_RESOLUTION } from './max-resolution.ts';

const category = 'latent/transform';
const rotations = ['none', '90 degrees', '180 degrees', '270 degrees'] as const;

export const LatentRotate = defineNode({
  id: 'LatentRotate',
  displayName: 'Rotate Latent',
  category,
  inputs: { samples: latent(), rotation: combo(rotations) },
  outputs: [latent()],
  execute: ({ samples, rotation }) => {
    requirePlanes(samples, 'LatentRotate');
    return [{ ...samples, samples: rotatePlanes(samples.samples, rotations.indexOf(rotation)) }];
  },
});

export const LatentFlip = defineNode({
  id: 'LatentFlip',
  displayName: 'Flip Latent',
  category,
  inputs: { samples: latent(), flip_method: combo(['x-axis: vertically', 'y-axis: horizontally']) },
  outputs: [latent()],
  execute: ({ samples, flip_method }) => {
    const { x, y } = requirePlanes(samples, 'LatentFlip');
    return [{ ...samples, samples: flipAxis(samples.samples, flip_method.startsWith('x') ? y : x) }];
  },
});

const size = int({ default: 512, min: 64, max: MAX_RESOLUTION, step: 8 });
const offset = int({ default: 0, min: 0, max: MAX_RESOLUTION, step: 8 });

/** A corner stays this many cells away from the far edge. */
const SMALLEST_PART = 8;

export const LatentCrop = defineNode({
  id: 'LatentCrop',
  displayName: 'Crop Latent',
  category,
  inputs: { samples: latent(), width: size, height: size, x: offset, y: offset },
  outputs: [latent()],
  execute: ({ samples, width, height, x, y }) => {
    const axes = requirePlanes(samples, 'LatentCrop');
    const part = (axis: number, from: number, length: number) => {
      const own = samples.samples.dims[axis]!;
      const start = Math.max(0, Math.min(cells(from), own - SMALLEST_PART));
      return [start, Math.min(cells(length), own - start)] as const;
    };
    const rows = sliceAxis(samples.samples, axes.y, ...part(axes.y, y, height));
    return [{ ...samples, samples: sliceAxis(rows, axes.x, ...part(axes.x, x, width)) }];
  },
});

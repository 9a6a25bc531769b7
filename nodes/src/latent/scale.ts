// Latents of other sizes.
import { latentScaleMethods, roundHalfEven, scaleLatent } from '@snug/engine';
import { combo, defineNode, float, int, latent } from '@snug/execution';
import { cells, PIXELS_PER_CELL, requirePlanes } from './latent-shapes.ts';
import { MAX_RESOLUTION } from './max-resolution.ts';

/** Latents do not get smaller than this many pixels by a size that is asked for. */
const SMALLEST_SIDE = 64;

const side = int({ default: 512, min: 0, max: MAX_RESOLUTION, step: PIXELS_PER_CELL });

export const LatentUpscale = defineNode({
  id: 'LatentUpscale',
  displayName: 'Upscale Latent',
  category: 'latent',
  inputs: {
    samples: latent(),
    upscale_method: combo(latentScaleMethods),
    width: side,
    height: side,
    crop: combo(['disabled', 'center']),
  },
  outputs: [latent()],
  execute: ({ samples, upscale_method: method, width, height, crop }) => {
    if (width === 0 && height === 0) return [samples];
    const { x, y } = requirePlanes(samples, 'LatentUpscale');
    const { dims } = samples.samples;
    // A side of 0 follows the other one.
    const wide = width || roundHalfEven((dims[x]! * Math.max(SMALLEST_SIDE, height)) / dims[y]!);
    const high = height || roundHalfEven((dims[y]! * Math.max(SMALLEST_SIDE, width)) / dims[x]!);
    const [columns, rows] = [wide, high].map(pixels => cells(Math.max(SMALLEST_SIDE, pixels))) as [number, number];
    return [{ ...samples, samples: scaleLatent(samples.samples, { method, width: columns, height: rows, crop }) }];
  },
});

export const LatentUpscaleBy = defineNode({
  id: 'LatentUpscaleBy',
  displayName: 'Upscale Latent By',
  category: 'latent',
  inputs: {
    samples: latent(),
    upscale_method: combo(latentScaleMethods),
    scale_by: float({ default: 1.5, min: 0.01, max: 8, step: 0.01 }),
  },
  outputs: [latent()],
  execute: ({ samples, upscale_method: method, scale_by }) => {
    const { x, y } = requirePlanes(samples, 'LatentUpscaleBy');
    const [width, height] = [x, y].map(axis => roundHalfEven(samples.samples.dims[axis]! * scale_by));
    return [{ ...samples, samples: scaleLatent(samples.samples, { method, width: width!, height: height! }) }];
  },
});

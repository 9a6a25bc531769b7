// Encoding and decoding in tiles, for pictures that are too large to go through a VAE at once. (The plain nodes do the same on
// their own when a picture exceeds the memory budget.)
import type { TileOptions, Vae } from '@snug/engine';
import { defineNode, image, int, latent, vae } from '@snug/execution';

const temporal = {
  temporal_size: int({
    default: 64,
    min: 8,
    max: 4096,
    step: 4,
    tooltip: 'Frames that are worked off together; for VAEs of videos only.',
  }),
  temporal_overlap: int({
    default: 8,
    min: 4,
    max: 4096,
    step: 4,
    tooltip: 'Frames that two parts of a video share; for VAEs of videos only.',
  }),
} as const;

const overlap = int({ default: 64, min: 0, max: 4096, step: 32 });

export const VAEDecodeTiled = defineNode({
  id: 'VAEDecodeTiled',
  displayName: 'VAE Decode (Tiled)',
  category: '_for_testing',
  inputs: {
    samples: latent(),
    vae: vae(),
    tile_size: int({ default: 512, min: 64, max: 4096, step: 32 }),
    overlap,
    ...temporal,
  },
  outputs: [image()],
  execute: async ({ samples, vae, tile_size, overlap }, { signal }) => [
    await vae.decode(samples.samples, { signal, tile: tileOf(vae, tile_size, overlap) }),
  ],
});

export const VAEEncodeTiled = defineNode({
  id: 'VAEEncodeTiled',
  displayName: 'VAE Encode (Tiled)',
  category: '_for_testing',
  inputs: {
    pixels: image(),
    vae: vae(),
    tile_size: int({ default: 512, min: 64, max: 4096, step: 64 }),
    overlap,
    ...temporal,
  },
  outputs: [latent()],
  execute: async ({ pixels, vae, tile_size, overlap }, { signal }) => [
    { samples: await vae.encode(pixels, { signal, tile: tileOf(vae, tile_size, overlap) }) },
  ],
});

/**
 * Pixels to cells, an even number of them because tiles are halved for some passes. Tiles that overlap by more than a quarter
 * would be computed many times over, so that is the most.
 */
function tileOf({ downscale }: Vae, tileSize: number, overlap: number): TileOptions {
  const size = Math.max(1, Math.floor(tileSize / downscale / 2)) * 2;
  return { size, overlap: Math.min(Math.floor(overlap / downscale), Math.floor(size / 4)) };
}

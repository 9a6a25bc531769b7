// Estimate of what decoding or encoding one picture allocates: the level at hand with the most channels times cells counts.
// Factors were measured on a full-size model (docs/engine.md).
import type { VaeLayout, VaeLevel } from './vae-layout.ts';

const FLOAT_BYTES = 4;
/** Maps that a residual block or an upsampling holds at the same time; the arena rounds up on top of it. */
const LIVE_MAPS = 6;

/** @param cells latent height times width. */
export function estimateDecodeBytes({ decoderLevels }: VaeLayout, cells: number): number {
  // A decoder's level begins with the enlarged map of the level below, so the channels of that count at this size too.
  return estimate(decoderLevels, cells, index => decoderLevels[index + 1]?.blockChannels ?? []);
}

/** @param cells latent height times width. */
export function estimateEncodeBytes({ encoderLevels }: VaeLayout, cells: number): number {
  return estimate(encoderLevels, cells, () => []);
}

/**
 * Pictures as the caller gets them, and one map that is put together from tiles: sum, weights and the sum of the passes.
 * @param cells picture height times width.
 */
export function estimatePictureBytes({ imageChannels }: VaeLayout, batch: number, cells: number): number {
  return (batch * imageChannels + 2 * imageChannels + 1) * cells * FLOAT_BYTES;
}

/** Level 0 has the size of the picture, each further one a quarter of the cells. */
function estimate(
  levels: readonly VaeLevel[],
  cells: number,
  furtherChannels: (index: number) => readonly number[],
): number {
  const imageCells = cells * 4 ** (levels.length - 1);
  const sizes = levels.map(({ blockChannels }, index) => {
    return (Math.max(...blockChannels, ...furtherChannels(index)) * imageCells) / 4 ** index;
  });
  return LIVE_MAPS * Math.max(...sizes) * FLOAT_BYTES;
}

// Estimate of what decoding or encoding one picture allocates: the level at hand with the most channels times cells counts.
// The factor was measured on a full-size model (docs/engine.md).
import type { VaeLayout, VaeLevel } from './vae-layout.ts';

const FLOAT_BYTES = 4;
/** Maps that a residual block or an upsampling holds at the same time. */
const LIVE_MAPS = 4;

/** @param cells latent height times width. */
export function estimateDecodeBytes({ decoderLevels }: VaeLayout, cells: number): number {
  return estimate(decoderLevels, cells);
}

/** @param cells latent height times width. */
export function estimateEncodeBytes({ encoderLevels }: VaeLayout, cells: number): number {
  return estimate(encoderLevels, cells);
}

/** Level 0 has the size of the picture, each further one a quarter of the cells. */
function estimate(levels: readonly VaeLevel[], cells: number): number {
  const imageCells = cells * 4 ** (levels.length - 1);
  const sizes = levels.map(({ blockChannels }, index) => {
    // A decoder's level begins with the enlarged map of the level below, so its channels count at this size too.
    const channels = Math.max(...blockChannels, ...(levels[index + 1]?.blockChannels ?? []));
    return (channels * imageCells) / 4 ** index;
  });
  return LIVE_MAPS * Math.max(...sizes) * FLOAT_BYTES;
}

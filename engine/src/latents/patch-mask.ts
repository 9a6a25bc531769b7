// Masks of video pixels as extra channels of a latent: every cell keeps all pixels of its square, one channel each, so that
// nothing of the mask is averaged away. Jiang et al., "VACE: All-in-One Video Creation and Editing" (2025), section 3.3. Golden
// data, cases `WanVaceToVideo`.
import { EngineError } from '../errors.ts';
import { resampleTaps } from '../media/resample.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * @param mask [frames, height, width]; sides are cut to whole cells
 * @param downscale pixels per cell and side
 * @param latentFrames frames of the result; each takes the nearest one of the mask
 * @returns [1, downscale ** 2, latentFrames, height / downscale, width / downscale]
 * @throws EngineError INVALID_ARGUMENT for other shapes and masks without a whole cell.
 */
export function patchMask({ data, dims }: Tensor, downscale: number, latentFrames: number): Tensor {
  const [frames = 0, height = 0, width = 0] = dims;
  const [rows, columns] = [Math.floor(height / downscale), Math.floor(width / downscale)];
  if (dims.length !== 3 || frames === 0 || rows === 0 || columns === 0) {
    const expected = `[frames, height, width] with sides of ${downscale} pixels or more`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The mask', expected, actual: `[${dims.join(', ')}]` });
  }
  const { sources } = resampleTaps('nearest-exact', frames, latentFrames);
  const channels = downscale ** 2;
  const plane = rows * columns;
  const result = new Float32Array(channels * latentFrames * plane);
  for (let i = 0; i < result.length; i++) {
    const channel = Math.floor(i / (latentFrames * plane));
    const frame = sources[Math.floor(i / plane) % latentFrames]!;
    const y = Math.floor((i % plane) / columns) * downscale + Math.floor(channel / downscale);
    const x = (i % columns) * downscale + (channel % downscale);
    result[i] = data[(frame * height + y) * width + x]!;
  }
  return { data: result, dims: [1, channels, latentFrames, rows, columns] };
}

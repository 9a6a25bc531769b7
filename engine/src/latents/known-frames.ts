// Video latents of which some frames are given: the frames themselves, and masks that say which those are.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { concatAxis, sliceAxis } from './axes.ts';
import { fitBatch } from './batches.ts';

const FRAMES_AXIS = 2;

/**
 * @param latent [batch, channels, frames, height, width]
 * @param frames the same with other frames, repeated over the batch
 * @returns `latent` with its frames from `at` on taken from `frames`; what does not fit in is cut off
 * @throws EngineError INVALID_ARGUMENT when channels or sides differ, or `at` is outside.
 */
export function replaceFrames(latent: Tensor, frames: Tensor, at: number): Tensor {
  const total = latent.dims[FRAMES_AXIS] ?? 0;
  if (at < 0 || at >= total) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The latent frame',
      expected: `in 0 to ${total - 1}`,
      actual: at,
    });
  }
  const count = Math.min(frames.dims[FRAMES_AXIS] ?? 0, total - at);
  const given = sliceAxis(fitBatch(frames, latent.dims[0] ?? 0), FRAMES_AXIS, 0, count);
  const after = at + count;
  return concatAxis(
    [sliceAxis(latent, FRAMES_AXIS, 0, at), given, sliceAxis(latent, FRAMES_AXIS, after, total - after)],
    FRAMES_AXIS,
  );
}

/**
 * 1 for what is to be made and 0 for what is known.
 * @param dims [batch, channels, frames, height, width]; the channels of a frame stand for moments in it, one after the other
 * @param isKnown by moment: frame * channels + channel
 */
export function momentMask(dims: readonly number[], isKnown: (moment: number) => boolean): Tensor {
  const [, channels = 1, frames = 1] = dims;
  const data = new Float32Array(elementCount(dims)).fill(1);
  const plane = elementCount(dims.slice(FRAMES_AXIS + 1));
  for (let start = 0; start < data.length; start += plane) {
    const index = start / plane;
    const moment = (index % frames) * channels + (Math.floor(index / frames) % channels);
    if (isKnown(moment)) data.fill(0, start, start + plane);
  }
  return { data, dims };
}

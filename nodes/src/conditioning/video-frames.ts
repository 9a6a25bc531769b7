// What the nodes of video models have in common before the network: pictures brought to the size of the video and laid into
// its frames, and its VAE, which must be one of videos.
import { scaleWork, sliceAxis, type Tensor, type Vae, type VideoExtent, type VideoFormat } from '@snug/engine';
import { conditioning, latent, type NodeContext, vae } from '@snug/execution';
import { NodeError } from '../errors.ts';
import { workOnPixels } from '../image/pixel-work.ts';
import { batchSize, side } from '../latent/empty-latents.ts';
import { frames } from '../latent/video-latents.ts';

export const positiveAndNegative = { positive: conditioning(), negative: conditioning() } as const;
export const positiveAndNegativeOutputs = [
  conditioning({ name: 'positive' }),
  conditioning({ name: 'negative' }),
  latent({ name: 'latent' }),
] as const;

/** Inputs of a node of Wan: sides in steps of 16, 4 frames per latent frame. */
export const wanVideoInputs = {
  ...positiveAndNegative,
  vae: vae(),
  width: side(832, 16),
  height: side(480, 16),
  length: frames(81, 4),
  batch_size: batchSize,
} as const;

/** In 0..1: frames of which nothing is known. */
export const GREY = 0.5;
const COLOURS = 3;

/** @throws NodeError VIDEO_VAE_NEEDED, VAE_UNFIT */
export function requireVideoVae(
  { temporalDownscale, latentChannels, downscale }: Vae,
  format: VideoFormat,
  node: string,
): void {
  const { models, channels } = format;
  if (temporalDownscale === undefined || temporalDownscale === null) {
    throw new NodeError('VIDEO_VAE_NEEDED', { node, models });
  }
  if (latentChannels === channels && downscale === format.downscale) return;
  const actual = { actualChannels: latentChannels, actualDownscale: downscale };
  throw new NodeError('VAE_UNFIT', { node, models, channels, downscale: format.downscale, ...actual });
}

export type FrameContext = Pick<NodeContext, 'services' | 'signal'>;

/**
 * Pictures as frames of a video: the first `length` of them (the last ones with `end`), cut and scaled to its size, in RGB.
 * @throws NodeError FRAMES_UNFIT for empty batches and pictures without three colours.
 */
export async function fitFrames(
  images: Tensor,
  { width, height, length }: VideoExtent,
  context: FrameContext,
  taken: 'start' | 'end' = 'start',
): Promise<Tensor> {
  const [count = 0, , , channels = 0] = images.dims;
  if (images.dims.length !== 4 || images.data.length === 0 || channels < COLOURS) {
    const expected = 'one picture or more in colour';
    throw new NodeError('FRAMES_UNFIT', { name: 'The pictures', expected, actual: images.dims.join(', ') });
  }
  const used = Math.min(count, length);
  const part = sliceAxis(images, 0, taken === 'start' ? 0 : count - used, used);
  const colours = sliceAxis(part, 3, 0, COLOURS);
  const work = scaleWork(colours, { method: 'bilinear', width, height, crop: 'center' });
  return await workOnPixels(work, context);
}

/** Frames of one level, [length, height, width, 3]. */
export function plainVideo({ width, height, length }: VideoExtent, level: number): Tensor {
  const dims = [length, height, width, COLOURS];
  return { data: new Float32Array(length * height * width * COLOURS).fill(level), dims };
}

/** A video with some of its frames replaced from `at` on. Both are [frames, height, width, 3] of one size. */
export function withFrames(video: Tensor, given: Tensor, at: number): Tensor {
  const data = video.data.slice();
  const size = data.length / (video.dims[0] ?? 1);
  data.set(given.data.subarray(0, data.length - at * size), at * size);
  return { data, dims: video.dims };
}

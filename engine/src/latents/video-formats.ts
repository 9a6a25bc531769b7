// Latents of video models, as far as nodes must know them before a model is there: how many frames and cells a video has, and
// which latent stands for zero in the model's own space, where each channel is normalised by the mean and deviation of its
// training data. Facts: configurations of the autoencoders in huggingface/diffusers (`latents_mean` of AutoencoderKLWan and
// others), golden data `modules/latent_formats`.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';

export interface VideoFormat {
  /** As users know the models. */
  readonly models: string;
  readonly channels: number;
  /** Pixels per cell and side. */
  readonly downscale: number;
  /** Frames per latent frame; the first frame has one of its own. */
  readonly framesPerLatent: number;
  /** Per channel; absent where zero is zero. */
  readonly channelMeans?: readonly number[];
}

const wan21Means = [
  -0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508, 0.4134, -0.0715, 0.5517, -0.3632, -0.1922,
  -0.9497, 0.2503, -0.2921,
] as const;

const wan22Means = [
  -0.2289, -0.0052, -0.1323, -0.2339, -0.2799, 0.0174, 0.1838, 0.1557, -0.1382, 0.0542, 0.2813, 0.0891, 0.157, -0.0098,
  0.0375, -0.1825, -0.2246, -0.1207, -0.0698, 0.5109, 0.2665, -0.2108, -0.2158, 0.2502, -0.2055, -0.0322, 0.1109,
  0.1567, -0.0729, 0.0899, -0.2799, -0.123, -0.0313, -0.1649, 0.0117, 0.0723, -0.2839, -0.2083, -0.052, 0.3748, 0.0152,
  0.1957, 0.1433, -0.2944, 0.3573, -0.0548, -0.1681, -0.0667,
] as const;

export const videoFormats = {
  wan21: { models: 'Wan 2.1', channels: 16, downscale: 8, framesPerLatent: 4, channelMeans: wan21Means },
  wan22: { models: 'Wan 2.2 (5B)', channels: 48, downscale: 16, framesPerLatent: 4, channelMeans: wan22Means },
  hunyuan: { models: 'HunyuanVideo', channels: 16, downscale: 8, framesPerLatent: 4 },
  mochi: { models: 'Mochi', channels: 12, downscale: 8, framesPerLatent: 6 },
  ltxv: { models: 'LTX-Video', channels: 128, downscale: 32, framesPerLatent: 8 },
  cosmos: { models: 'Cosmos', channels: 16, downscale: 8, framesPerLatent: 8 },
  /** Uses the autoencoder of Wan 2.1. */
  cosmosPredict2: {
    models: 'Cosmos Predict2',
    channels: 16,
    downscale: 8,
    framesPerLatent: 4,
    channelMeans: wan21Means,
  },
} as const satisfies Readonly<Record<string, VideoFormat>>;

export interface VideoExtent {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames. */
  readonly length: number;
}

/** Latent frames of a number of frames; incomplete groups at the end have none. */
export function latentFrames({ framesPerLatent }: Pick<VideoFormat, 'framesPerLatent'>, frames: number): number {
  return Math.floor((frames - 1) / framesPerLatent) + 1;
}

/** [batch, channels, frames, height, width] of the latents of a video. */
export function videoLatentDims(format: VideoFormat, { width, height, length }: VideoExtent, batch: number): number[] {
  const cells = (pixels: number): number => Math.floor(pixels / format.downscale);
  return [batch, format.channels, latentFrames(format, length), cells(height), cells(width)];
}

/**
 * Latents that are zero in the space of the model.
 * @param dims [batch, channels, ...]
 * @throws EngineError INVALID_ARGUMENT when the channels are not those of the format.
 */
export function modelZeros({ channels, channelMeans, models }: VideoFormat, dims: readonly number[]): Tensor {
  if (dims[1] !== channels) {
    const expected = `${channels}, as in latents of ${models}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The number of channels', expected, actual: dims[1] ?? 0 });
  }
  const data = new Float32Array(elementCount(dims));
  const plane = elementCount(dims.slice(2));
  if (channelMeans === undefined || plane === 0) return { data, dims };
  for (let at = 0; at < data.length; at += plane) data.fill(channelMeans[(at / plane) % channels]!, at, at + plane);
  return { data, dims };
}

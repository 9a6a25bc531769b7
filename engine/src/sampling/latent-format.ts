// Latents as nodes exchange them <-> model space, and the linear preview of a latent.
import { EngineError } from '../errors.ts';
import type { LatentFormat } from '../models/model.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';

/** ((z - mean) / std - shift) * scale; mean and std are those of the channel, 0 and 1 where the format has none. */
export function toModelSpace(
  { data, dims }: Tensor,
  { scaleFactor, shiftFactor, ...format }: LatentFormat,
): Float32Array {
  return mapChannels(data, dims, format, (value, mean, std) => ((value - mean) / std - shiftFactor) * scaleFactor);
}

/** Inverse of `toModelSpace`. */
export function fromModelSpace(
  { data, dims }: Tensor,
  { scaleFactor, shiftFactor, ...format }: LatentFormat,
): Float32Array {
  return mapChannels(data, dims, format, (value, mean, std) => (value / scaleFactor + shiftFactor) * std + mean);
}

function mapChannels(
  data: Float32Array,
  dims: readonly number[],
  { channelMeans = [], channelStds = [] }: Pick<LatentFormat, 'channelMeans' | 'channelStds'>,
  map: (value: number, mean: number, std: number) => number,
): Float32Array {
  const channels = dims[1] ?? 1;
  const plane = elementCount(dims.slice(2));
  const mapped = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += plane) {
    const channel = (start / plane) % channels;
    const mean = channelMeans[channel] ?? 0;
    const std = channelStds[channel] ?? 1;
    for (let i = start; i < start + plane; i++) mapped[i] = map(data[i]!, mean, std);
  }
  return mapped;
}

/**
 * Rough picture of a latent in model space: the first batch item (the first frame of a video), channels mixed linearly to RGB.
 * @param latent [batch, channels, ..., height, width]
 * @returns [height, width, 3] in -1..1 (values may exceed that range; cut them off when encoding)
 * @throws EngineError LATENT_CHANNELS_MISMATCH when the latent has not the format's channels.
 */
export function latentToRgb(
  { data, dims }: Tensor,
  { channels, rgbFactors, rgbBias = [0, 0, 0] }: LatentFormat,
): Tensor {
  if (dims[1] !== channels) {
    throw new EngineError('LATENT_CHANNELS_MISMATCH', { actual: dims[1] ?? 0, expected: channels });
  }
  const [height, width] = dims.slice(-2) as [number, number];
  const plane = height * width;
  const channelStride = elementCount(dims.slice(2));
  const rgb = new Float32Array(plane * 3);
  for (let i = 0; i < plane; i++) {
    let [red, green, blue] = rgbBias;
    for (let channel = 0; channel < channels; channel++) {
      const value = data[channel * channelStride + i]!;
      const [r, g, b] = rgbFactors[channel]!;
      red += value * r;
      green += value * g;
      blue += value * b;
    }
    rgb[3 * i] = red;
    rgb[3 * i + 1] = green;
    rgb[3 * i + 2] = blue;
  }
  return { data: rgb, dims: [height, width, 3] };
}

// Latents as nodes exchange them <-> model space, and the linear preview of a latent.
import { EngineError } from '../errors.ts';
import type { LatentFormat } from '../models/model.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';

const f32 = Math.fround;

/**
 * ((z - mean) / std - shift) * scale; mean and std are those of the channel, 0 and 1 where the format has none. Rounded
 * after each operation as in the reference.
 */
export function toModelSpace({ data, dims }: Tensor, format: LatentFormat): Float32Array {
  const scaled = new Float32Array(data.length);
  const plane = elementCount(dims.slice(2));
  for (let start = 0; start < data.length; start += plane) {
    const { offset, factor } = channelScale(format, (start / plane) % (dims[1] ?? 1));
    for (let i = start; i < start + plane; i++) scaled[i] = f32(data[i]! - offset) * factor;
  }
  return scaled;
}

/** Inverse of `toModelSpace`. */
export function fromModelSpace({ data, dims }: Tensor, format: LatentFormat): Float32Array {
  const scaled = new Float32Array(data.length);
  const plane = elementCount(dims.slice(2));
  for (let start = 0; start < data.length; start += plane) {
    const { offset, factor } = channelScale(format, (start / plane) % (dims[1] ?? 1));
    for (let i = start; i < start + plane; i++) scaled[i] = f32(data[i]! / factor) + offset;
  }
  return scaled;
}

/**
 * A latent as it is given to a sampler. An empty one (all zeros) stays empty and takes the model's channels; others are
 * shifted and scaled.
 * @throws EngineError INVALID_ARGUMENT when it has no elements, LATENT_CHANNELS_MISMATCH.
 */
export function latentInModelSpace({ data, dims }: Tensor, format: LatentFormat): Tensor {
  const [items, channels, ...size] = dims;
  if (items === undefined || size.length === 0 || elementCount(dims) === 0) {
    const expected = 'of the shape [batch, channels, height, width], not empty';
    throw new EngineError('INVALID_ARGUMENT', { name: 'The latent', expected, actual: `[${dims.join(', ')}]` });
  }
  if (data.every(value => value === 0)) {
    const emptyDims = [items, format.channels, ...size];
    return { data: new Float32Array(elementCount(emptyDims)), dims: emptyDims };
  }
  if (channels !== format.channels) {
    throw new EngineError('LATENT_CHANNELS_MISMATCH', { actual: channels ?? 0, expected: format.channels });
  }
  return { data: toModelSpace({ data, dims }, format), dims };
}

function channelScale(format: LatentFormat, channel: number): { offset: number; factor: number } {
  const mean = format.channelMeans?.[channel] ?? 0;
  const std = format.channelStds?.[channel] ?? 1;
  return { offset: f32(mean + format.shiftFactor * std), factor: f32(format.scaleFactor / std) };
}

/**
 * Rough picture of a latent in model space: the first batch item (the first frame of a video), channels mixed linearly
 * to RGB.
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

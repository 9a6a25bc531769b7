// The stand-in VAE of the golden node cases (README section 8): block averages instead of a network, so that what nodes do
// around a VAE can be checked without weights.
import type { Tensor } from '../../engine/src/tensor/tensor.ts';

export interface FakeVaeShape {
  readonly channels: number;
  /** Pixels per latent cell and side. */
  readonly spatial: number;
  /** Frames per latent frame after the first; null for pictures. */
  readonly temporal: number | null;
}

/** Encodes [frames, height, width, 3 or more] to [frames, channels, h, w], or [1, channels, t, h, w] for video. */
export function createFakeVae({ channels, spatial, temporal }: FakeVaeShape) {
  const encode = async (images: Tensor): Promise<Tensor> => {
    const frames = temporal === null ? images : mergeFrames(images, temporal);
    const cells = blockAverages(frames, spatial); // [frames, h, w]
    const [count = 0, height = 0, width = 0] = cells.dims;
    const size = height * width;
    const data = new Float32Array(count * channels * size);
    for (let channel = 0; channel < channels; channel++) {
      for (let frame = 0; frame < count; frame++) {
        const target = temporal === null ? (frame * channels + channel) * size : (channel * count + frame) * size;
        for (let i = 0; i < size; i++) data[target + i] = cells.data[frame * size + i]! * (1 + 0.1 * channel) - 0.5;
      }
    }
    return { data, dims: temporal === null ? [count, channels, height, width] : [1, channels, count, height, width] };
  };
  const decode = async (): Promise<Tensor> => {
    throw new Error('the stand-in VAE only encodes');
  };
  return { downscale: spatial, latentChannels: channels, temporalDownscale: temporal, encode, decode };
}

/** The first frame alone, then averages of whole groups. */
function mergeFrames({ data, dims }: Tensor, group: number): Tensor {
  const [frames = 0, height = 0, width = 0, channels = 0] = dims;
  const size = height * width * channels;
  const groups = Math.floor((frames - 1) / group);
  const merged = new Float32Array((1 + groups) * size);
  merged.set(data.subarray(0, size));
  for (let g = 0; g < groups; g++) {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 0; k < group; k++) sum += data[(1 + g * group + k) * size + i]!;
      merged[(1 + g) * size + i] = sum / group;
    }
  }
  return { data: merged, dims: [1 + groups, height, width, channels] };
}

/** Mean of (red + 2 green + 3 blue) / 6 over squares of `side` pixels: [frames, height / side, width / side]. */
function blockAverages({ data, dims }: Tensor, side: number): Tensor {
  const [frames = 0, height = 0, width = 0, channels = 0] = dims;
  const rows = Math.floor(height / side);
  const columns = Math.floor(width / side);
  const averages = new Float32Array(frames * rows * columns);
  const blend = (at: number): number => (data[at]! + 2 * data[at + 1]! + 3 * data[at + 2]!) / 6;
  for (let cell = 0; cell < averages.length; cell++) {
    const column = cell % columns;
    const row = Math.floor(cell / columns) % rows;
    const frame = Math.floor(cell / (columns * rows));
    let sum = 0;
    for (let y = row * side; y < (row + 1) * side; y++) {
      for (let x = column * side; x < (column + 1) * side; x++)
        sum += blend(((frame * height + y) * width + x) * channels);
    }
    averages[cell] = sum / side ** 2;
  }
  return { data: averages, dims: [frames, rows, columns] };
}

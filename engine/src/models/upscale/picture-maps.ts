// Between pictures as nodes exchange them ([batch, height, width, channels]) and the maps [1, channels, height, width] that
// upscale networks compute with; both in 0..1.
import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '../../tensor/tensor.ts';
import { COLOURS } from './rrdb-layout.ts';

/** Pixels that are moved before others get a turn on this thread: a few milliseconds. */
const PIXELS_PER_TURN = 2 ** 20;

/** The colours of one picture of a batch; further channels are dropped. */
export function pictureToMap({ data, dims }: Tensor, index: number): Tensor {
  const [, height = 0, width = 0, channels = 0] = dims;
  const pixels = height * width;
  const map = new Float32Array(COLOURS * pixels);
  const start = index * pixels * channels;
  for (let colour = 0; colour < COLOURS; colour++) {
    const plane = map.subarray(colour * pixels, (colour + 1) * pixels);
    for (let pixel = 0, from = start + colour; pixel < pixels; pixel++, from += channels) plane[pixel] = data[from]!;
  }
  return { data: map, dims: [1, COLOURS, height, width] };
}

/** Writes a map into place `index` of a batch of pictures of its size, clamped to 0..1. */
export async function writePicture(pictures: Float32Array, index: number, { data, dims }: Tensor): Promise<void> {
  const [, channels = 0, height = 0, width = 0] = dims;
  const pixels = height * width;
  const start = index * pixels * channels;
  for (let first = 0; first < pixels; first += PIXELS_PER_TURN) {
    const end = Math.min(first + PIXELS_PER_TURN, pixels);
    for (let pixel = first; pixel < end; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = data[channel * pixels + pixel]!;
        pictures[start + pixel * channels + channel] = Math.min(Math.max(value, 0), 1);
      }
    }
    if (end < pixels) await setImmediate();
  }
}

/** Sides become multiples of `multiple`, by mirroring at the bottom and the right. */
export function padMap(map: Tensor, multiple: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = map.dims;
  const [rows, columns] = [Math.ceil(height / multiple) * multiple, Math.ceil(width / multiple) * multiple];
  if (rows === height && columns === width) return map;
  const data = new Float32Array(channels * rows * columns);
  for (let row = 0, to = 0; row < channels * rows; row++) {
    const from = (Math.floor(row / rows) * height + mirrored(row % rows, height)) * width;
    for (let column = 0; column < columns; column++) data[to++] = map.data[from + mirrored(column, width)]!;
  }
  return { data, dims: [1, channels, rows, columns] };
}

/**
 * Pixel blocks of side x side become channels (Shi et al. 2016, in reverse): channel c * side^2 + y * side + x is the pixel (y, x)
 * of every block.
 * @param map sides are multiples of `side`.
 */
export function blocksToChannels({ data, dims }: Tensor, side: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = dims;
  const out = new Float32Array(data.length);
  let to = 0;
  for (let plane = 0; plane < channels * side ** 2; plane++) {
    const [channel, y, x] = [Math.floor(plane / side ** 2), Math.floor(plane / side) % side, plane % side];
    for (let row = y; row < height; row += side) {
      const from = (channel * height + row) * width;
      for (let column = x; column < width; column += side) out[to++] = data[from + column]!;
    }
  }
  return { data: out, dims: [1, channels * side ** 2, height / side, width / side] };
}

/** The top left part of a map. */
export function cropMap(map: Tensor, height: number, width: number): Tensor {
  const [, channels = 0, fullHeight = 0, fullWidth = 0] = map.dims;
  if (height === fullHeight && width === fullWidth) return map;
  const data = new Float32Array(channels * height * width);
  for (let row = 0; row < channels * height; row++) {
    const from = (Math.floor(row / height) * fullHeight + (row % height)) * fullWidth;
    data.set(map.data.subarray(from, from + width), row * width);
  }
  return { data, dims: [1, channels, height, width] };
}

/** Cuts values off at 0 and 1. */
export function clampInPlace(values: Float32Array): void {
  for (let index = 0; index < values.length; index++) values[index] = Math.min(Math.max(values[index]!, 0), 1);
}

/** Place inside 0..length-1 for one beyond the end; the last pixel is not repeated unless there is nothing else. */
function mirrored(place: number, length: number): number {
  if (place < length) return place;
  return Math.min(Math.abs(2 * (length - 1) - place), length - 1);
}

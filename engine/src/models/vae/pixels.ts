// Between images as nodes exchange them ([batch, height, width, channels] in 0..1) and maps as the VAE computes with them
// ([1, 3, height, width] in -1..1).
import type { Tensor } from '../../tensor/tensor.ts';

const COLOURS = 3;

/** One image of a batch as a map; sides are cropped around the centre to multiples of `multiple`, further channels dropped. */
export function imageToMap({ data, dims }: Tensor, index: number, multiple: number): Tensor {
  const [, height = 0, width = 0, channels = 0] = dims;
  const rows = height - (height % multiple);
  const columns = width - (width % multiple);
  const top = Math.floor((height - rows) / 2);
  const left = Math.floor((width - columns) / 2);
  const map = new Float32Array(COLOURS * rows * columns);
  for (let colour = 0; colour < COLOURS; colour++) {
    for (let row = 0; row < rows; row++) {
      let source = ((index * height + top + row) * width + left) * channels + colour;
      const target = (colour * rows + row) * columns;
      for (let column = 0; column < columns; column++, source += channels) {
        map[target + column] = data[source]! * 2 - 1;
      }
    }
  }
  return { data: map, dims: [1, COLOURS, rows, columns] };
}

/** Writes a map into place `index` of a batch of images with the same height and width, clamped to 0..1. */
export function writeMapAsImage(images: Float32Array, index: number, { data, dims }: Tensor): void {
  const [, channels = 0, height = 0, width = 0] = dims;
  const cells = height * width;
  const start = index * cells * channels;
  for (let channel = 0; channel < channels; channel++) {
    for (let cell = 0; cell < cells; cell++) {
      const value = (data[channel * cells + cell]! + 1) / 2;
      images[start + cell * channels + channel] = Math.min(Math.max(value, 0), 1);
    }
  }
}

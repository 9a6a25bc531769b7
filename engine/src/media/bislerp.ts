// Resizing of latents along great circles: between two cells the direction of the vector over the channels turns at an even
// pace while its length changes linearly, so that blended cells keep the strength of a latent (a mean of two noisy vectors is
// shorter than both). Spherical interpolation: Shoemake, "Animating Rotation with Quaternion Curves" (1985). First along
// the width, then along the height, with the places of bilinear interpolation. Golden data, cases `LatentUpscale_*`.
import { elementCount, type Tensor } from '../tensor/tensor.ts';

/** Cosine of the angle from which on two directions count as the same, or as opposite. */
const nearlyParallel = 1 - 1e-5;

/** [batch, channels, ..., height, width] to the given height and width. */
export function bislerp(latent: Tensor, height: number, width: number): Tensor {
  const narrowed = alongAxis(latent, latent.dims.length - 1, width);
  return alongAxis(narrowed, latent.dims.length - 2, height);
}

/** One axis gets `to` places; `dims[1]` are the channels. */
function alongAxis({ data, dims }: Tensor, axis: number, to: number): Tensor {
  const from = dims[axis] ?? 1;
  const resultDims = dims.with(axis, to);
  const result = new Float32Array(elementCount(resultDims));
  const channels = dims[1] ?? 1;
  const inner = elementCount(dims.slice(axis + 1));
  const middle = elementCount(dims.slice(2, axis));
  const scale = from / to;
  for (let item = 0; item < (dims[0] ?? 1); item++) {
    for (let line = 0; line < middle * to * inner; line++) {
      const place = Math.max(0, (Math.floor(line / inner) % to) * scale + scale / 2 - 0.5);
      const first = Math.min(Math.floor(place), from - 1);
      const second = Math.min(first + 1, from - 1);
      const outer = Math.floor(line / (inner * to));
      const cell = (index: number) =>
        (item * channels * middle + outer) * from * inner + index * inner + (line % inner);
      const target = (item * channels * middle + outer) * to * inner + (line % (inner * to));
      slerpInto(
        { values: result, start: target, stride: middle * to * inner },
        { values: data, start: cell(first), stride: middle * from * inner },
        { values: data, start: cell(second), stride: middle * from * inner },
        channels,
        place - first,
      );
    }
  }
  return { data: result, dims: resultDims };
}

/** A vector over the channels inside a tensor. */
interface Vector {
  readonly values: Float32Array;
  readonly start: number;
  readonly stride: number;
}

function slerpInto(target: Vector, a: Vector, b: Vector, channels: number, share: number): void {
  const [lengthA, lengthB] = [length(a, channels), length(b, channels)];
  let cosine = 0;
  for (let c = 0; c < channels; c++) cosine += unit(a, c, lengthA) * unit(b, c, lengthB);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const between = lengthA * (1 - share) + lengthB * share;
  const [weightA, weightB] =
    cosine > nearlyParallel
      ? [lengthA, 0]
      : cosine < -nearlyParallel
        ? [lengthA * (1 - share), lengthB * share]
        : [
            (between * Math.sin((1 - share) * angle)) / Math.sin(angle),
            (between * Math.sin(share * angle)) / Math.sin(angle),
          ];
  for (let c = 0; c < channels; c++) {
    target.values[target.start + c * target.stride] = weightA * unit(a, c, lengthA) + weightB * unit(b, c, lengthB);
  }
}

function length({ values, start, stride }: Vector, channels: number): number {
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += values[start + c * stride]! ** 2;
  return Math.sqrt(sum);
}

/** A component of the direction; that of a zero vector is zero. */
function unit({ values, start, stride }: Vector, channel: number, vectorLength: number): number {
  return vectorLength === 0 ? 0 : values[start + channel * stride]! / vectorLength;
}

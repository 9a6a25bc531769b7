// Self-attention guidance: the negative estimate is blurred where the network looks most, and the result is led away from what the
// network makes of that. Hong et al., "Improving Sample Quality of Diffusion Models Using Self-Attention Guidance" (2022),
// algorithm 1 and section 4.3; facts about kernel and threshold: huggingface/diffusers (Apache-2.0).
import { EngineError } from '../../errors.ts';
import type { GuidancePatch } from '../../models/guidance-patch.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export interface SelfAttentionOptions {
  readonly scale: number;
  /** Width of the blur in cells; 0 blurs nothing. */
  readonly blurSigma: number;
}

/** Side of the square of cells that a blur takes in. */
const kernelSize = 9;
/** A cell counts as looked at when it gets more than the mean. */
const threshold = 1;

export function selfAttentionGuidance({ scale, blurSigma }: SelfAttentionOptions): GuidancePatch {
  return {
    name: 'SelfAttentionGuidance',
    needsNegative: true,
    numbers: { scale, blur_sigma: blurSigma },
    start: () => ({
      async after(guided, { negative }, { x, attention, estimate }) {
        if (negative === undefined || scale === 0) return guided;
        requireRoom(x);
        const seen = await attention();
        const blurred = blur({ data: negative, dims: x.dims }, blurSigma);
        const weights = enlarged(seen, x.dims);
        const degraded = negative.map((value, i) => (weights(i) > threshold ? blurred[i]! : value));
        // The noise that was found before is put on the degraded picture.
        const noisy = x.data.map((value, i) => value - negative[i]! + degraded[i]!);
        const answer = await estimate({ of: 'negative', x: noisy });
        return guided.map((value, i) => value + scale * (degraded[i]! - answer[i]!));
      },
    }),
  };
}

function requireRoom({ dims }: Tensor): void {
  const [height = 0, width = 0] = dims.slice(-2);
  const radius = (kernelSize - 1) / 2;
  if (dims.length === 4 && Math.min(height, width) > radius) return;
  const expected = `a picture of more than ${radius} cells (${radius * 8} pixels) a side`;
  throw new EngineError('INVALID_ARGUMENT', {
    name: 'The latent of Self-Attention Guidance',
    expected,
    actual: `[${dims.join(', ')}]`,
  });
}

/** Nearest neighbour of a coarse map [batch, rows, columns] for each element of a latent. */
function enlarged({ data, dims: [, rows = 1, columns = 1] }: Tensor, dims: readonly number[]): (i: number) => number {
  const [, channels = 1, height = 1, width = 1] = dims;
  return i => {
    const item = Math.floor(i / (channels * height * width));
    const row = Math.floor(((Math.floor(i / width) % height) * rows) / height);
    const column = Math.floor(((i % width) * columns) / width);
    return data[(item * rows + row) * columns + column]!;
  };
}

/** Gaussian blur of every plane; beyond the edge the picture is mirrored without its outermost cells. */
function blur({ data, dims }: Tensor, sigma: number): Float32Array {
  if (sigma === 0) return data;
  const [height, width] = dims.slice(-2) as [number, number];
  const radius = (kernelSize - 1) / 2;
  const bell = Array.from({ length: kernelSize }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const total = bell.reduce((sum, value) => sum + value, 0);
  const kernel = bell.map(value => value / total);
  const along = (values: Float32Array, size: number, stride: number): Float32Array =>
    values.map((_, i) => {
      const place = Math.floor(i / stride) % size;
      return kernel.reduce((sum, weight, k) => {
        return sum + weight * values[i + (mirrored(place + k - radius, size) - place) * stride]!;
      }, 0);
    });
  return along(along(data, width, 1), height, width);
}

function mirrored(place: number, size: number): number {
  return place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place;
}

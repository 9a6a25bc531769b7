// LATENT_OPERATION: filters of latents, used on finished latents or on the guidance of a run. Both work on the length of a
// cell's vector over the channels, its "brightness". Found in the golden cases `LatentOperation*`.
import { EngineError } from '../errors.ts';
import type { GuidancePatch } from '../models/guidance-patch.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';

/** Answers a new latent of the same shape, [batch, channels, ..., height, width]. */
export type LatentOperation = (latent: Tensor) => Tensor;

/** Keeps lengths of 0 from being divided by. */
const tinyLength = 1e-10;
const tinyBrightness = 1e-6;

/** Standard deviations above the mean that count as full brightness. */
const whiteDeviations = 5;

/**
 * Tone mapping: great lengths are compressed by x / (x + 1) with the bright end as its unit. Reinhard et al.,
 * "Photographic Tone Reproduction for Digital Images" (2002).
 * @param multiplier of the bright end; smaller values compress more
 */
export function reinhardTonemap(multiplier: number): LatentOperation {
  return ({ data, dims }) => {
    const items = dims[0] ?? 1;
    const itemLengths = lengths({ data, dims }, tinyLength);
    const cells = itemLengths.length / items;
    const factors = new Float32Array(itemLengths.length);
    for (let start = 0; start < factors.length; start += cells) {
      const item = itemLengths.subarray(start, start + cells);
      const white = whitePoint(item) * multiplier;
      factors.set(
        item.map(length => white / (length + white)),
        start,
      );
    }
    return scaledByCell({ data, dims }, factors);
  };
}

/** Mean and sample deviation of one latent's lengths. */
function whitePoint(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return mean + whiteDeviations * Math.sqrt(variance);
}

export interface SharpenOptions {
  /** Cells that the blur reaches to each side. */
  readonly radius: number;
  /** Width of the blur, where 1 is the radius. */
  readonly sigma: number;
  /** Strength; a tenth of the factor of the difference. */
  readonly alpha: number;
}

/** Unsharp masking of the colours (vectors of length 1); the brightness of each cell is put back after that. */
export function sharpen({ radius, sigma, alpha }: SharpenOptions): LatentOperation {
  const kernel = gaussian(radius, sigma);
  return latent => {
    const [height = 0, width = 0] = latent.dims.slice(-2);
    if (Math.min(height, width) <= radius) {
      const expected = `below the sides of the latent (${width} x ${height})`;
      throw new EngineError('INVALID_ARGUMENT', { name: 'sharpen_radius', expected, actual: radius });
    }
    const brightness = lengths(latent, tinyBrightness);
    const colours = scaledByCell(
      latent,
      brightness.map(length => 1 / length),
    );
    const blurred = convolveRows(convolveColumns(colours.data, height, width, kernel), width, kernel);
    const sharp = colours.data.map((value, i) => value + 10 * alpha * (value - blurred[i]!));
    return scaledByCell({ data: sharp, dims: latent.dims }, brightness);
  };
}

/** A patch that filters the difference between positive and negative estimate before it is scaled. */
export function operatedGuidance(operation: LatentOperation): GuidancePatch {
  return {
    name: 'latent operation on the guidance',
    start: () => ({
      before({ positive, negative }, { x: { dims } }) {
        if (negative === undefined) return { positive: operation({ data: positive, dims }).data, negative };
        const difference = positive.map((value, i) => value - negative[i]!);
        const { data } = operation({ data: difference, dims });
        return { positive: data.map((value, i) => value + negative[i]!), negative };
      },
    }),
  };
}

/** Length of each cell's vector over the channels, [batch, ...cells]. */
function lengths({ data, dims }: Tensor, tiny: number): Float32Array {
  const [items = 1, channels = 1] = dims;
  const cells = elementCount(dims.slice(2));
  const squares = new Float32Array(items * cells);
  for (let i = 0; i < data.length; i++) {
    squares[Math.floor(i / (channels * cells)) * cells + (i % cells)]! += data[i]! ** 2;
  }
  return squares.map(square => Math.sqrt(square) + tiny);
}

/** @param factors one per cell, [batch, ...cells] */
function scaledByCell({ data, dims }: Tensor, factors: Float32Array): Tensor {
  const channels = dims[1] ?? 1;
  const cells = elementCount(dims.slice(2));
  const scaled = data.map((value, i) => value * factors[Math.floor(i / (channels * cells)) * cells + (i % cells)]!);
  return { data: scaled, dims };
}

function gaussian(radius: number, sigma: number): readonly number[] {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i / radius - 1) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map(weight => weight / sum);
}

function convolveRows(values: Float32Array, width: number, kernel: readonly number[]): Float32Array {
  return values.map((_, i) => {
    const start = i - (i % width);
    return weighted(kernel, offset => values[start + reflected((i % width) + offset, width)]!);
  });
}

function convolveColumns(values: Float32Array, height: number, width: number, kernel: readonly number[]): Float32Array {
  const plane = height * width;
  return values.map((_, i) => {
    const start = i - (i % plane) + (i % width);
    const row = Math.floor((i % plane) / width);
    return weighted(kernel, offset => values[start + reflected(row + offset, height) * width]!);
  });
}

function weighted(kernel: readonly number[], valueAt: (offset: number) => number): number {
  const radius = (kernel.length - 1) / 2;
  return kernel.reduce((sum, weight, k) => sum + weight * valueAt(k - radius), 0);
}

/** Mirrored at the first and last place, which are not repeated. */
function reflected(place: number, length: number): number {
  if (place < 0) return -place;
  return place >= length ? 2 * (length - 1) - place : place;
}

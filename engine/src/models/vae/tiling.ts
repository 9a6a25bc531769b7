// Runs a function that scales maps over overlapping tiles and blends the results, for maps that are too large at once.
// Tiles start every (tile - overlap) cells and the last ones are cut off at the edge. Each tile fades in and out linearly over
// the overlap, along both axes; the weighted sum is divided by the sum of the weights, so outer edges keep full strength.
import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '../../tensor/tensor.ts';

/** Cells of each plane that are divided before others get a turn on this thread. */
const CELLS_PER_TURN = 2 ** 20;

export interface TileSize {
  /** Cells of the input. */
  readonly height: number;
  readonly width: number;
  readonly overlap: number;
}

export interface TiledScaleOptions {
  readonly tile: TileSize;
  /** Output cells per input cell and side; below 1 where the function shrinks. */
  readonly scale: number;
  readonly outputChannels: number;
}

/** @param x one map, [1, channels, height, width]. */
export async function tiledScale(
  x: Tensor,
  run: (tile: Tensor) => Promise<Tensor>,
  { tile, scale, outputChannels }: TiledScaleOptions,
): Promise<Tensor> {
  const [, , height = 0, width = 0] = x.dims;
  const scaled = (cells: number): number => Math.round(cells * scale);
  const [outHeight, outWidth] = [scaled(height), scaled(width)];
  const feather = scaled(tile.overlap);
  const sums = new Float32Array(outputChannels * outHeight * outWidth);
  const weights = new Float32Array(outHeight * outWidth);
  for (const top of tileStarts(height, tile.height, tile.overlap)) {
    for (const left of tileStarts(width, tile.width, tile.overlap)) {
      const result = await run(cutTile(x, top, left, tile));
      blendTile({ sums, weights, outHeight, outWidth }, result, { top: scaled(top), left: scaled(left), feather });
    }
  }
  await divideInTurns(sums, weights);
  return { data: sums, dims: [1, outputChannels, outHeight, outWidth] };
}

/**
 * Three passes, two of them with elongated tiles, averaged: seams of one pass lie inside the tiles of the others.
 * @param tile square tile; `height` is its side.
 */
export async function tiledScaleAveraged(
  x: Tensor,
  run: (tile: Tensor) => Promise<Tensor>,
  { tile, scale, outputChannels }: TiledScaleOptions,
): Promise<Tensor> {
  const shapes = [
    { ...tile, height: tile.height * 2, width: tile.width / 2 },
    { ...tile, height: tile.height / 2, width: tile.width * 2 },
    tile,
  ];
  let total: Float32Array | undefined;
  let dims: readonly number[] = [];
  for (const shape of shapes) {
    const pass = await tiledScale(x, run, { tile: shape, scale, outputChannels });
    dims = pass.dims;
    if (total) for (let index = 0; index < total.length; index++) total[index]! += pass.data[index]!;
    else total = pass.data;
  }
  const mean = total ?? new Float32Array();
  for (let index = 0; index < mean.length; index++) mean[index]! /= shapes.length;
  return { data: mean, dims };
}

/** Divides every plane, in parts that take milliseconds: a large picture would hold this thread up for seconds. */
async function divideInTurns(sums: Float32Array, weights: Float32Array): Promise<void> {
  for (let start = 0; start < weights.length; start += CELLS_PER_TURN) {
    const end = Math.min(start + CELLS_PER_TURN, weights.length);
    for (let plane = 0; plane < sums.length; plane += weights.length) {
      for (let cell = start; cell < end; cell++) sums[plane + cell]! /= weights[cell]!;
    }
    if (end < weights.length) await setImmediate();
  }
}

/** First cells of the tiles along one axis. */
export function tileStarts(length: number, tile: number, overlap: number): number[] {
  if (length <= tile) return [0];
  const starts: number[] = [];
  for (let start = 0; start < length - overlap; start += tile - overlap) starts.push(start);
  return starts;
}

function cutTile({ data, dims }: Tensor, top: number, left: number, tile: TileSize): Tensor {
  const [, channels = 0, height = 0, width = 0] = dims;
  const rows = Math.min(tile.height, height - top);
  const columns = Math.min(tile.width, width - left);
  const cut = new Float32Array(channels * rows * columns);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      const start = (channel * height + top + row) * width + left;
      cut.set(data.subarray(start, start + columns), (channel * rows + row) * columns);
    }
  }
  return { data: cut, dims: [1, channels, rows, columns] };
}

interface Canvas {
  readonly sums: Float32Array;
  readonly weights: Float32Array;
  readonly outHeight: number;
  readonly outWidth: number;
}

function blendTile(
  { sums, weights, outHeight, outWidth }: Canvas,
  { data, dims }: Tensor,
  { top, left, feather }: { readonly top: number; readonly left: number; readonly feather: number },
): void {
  const [, channels = 0, rows = 0, columns = 0] = dims;
  const rowWeights = featherWeights(rows, feather);
  const columnWeights = featherWeights(columns, feather);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const weight = rowWeights[row]! * columnWeights[column]!;
      const cell = (top + row) * outWidth + left + column;
      weights[cell]! += weight;
      for (let channel = 0; channel < channels; channel++) {
        const value = data[(channel * rows + row) * columns + column]!;
        sums[channel * outHeight * outWidth + cell]! += value * weight;
      }
    }
  }
}

/** Rises to 1 over the first `feather` cells and falls over the last; short tiles multiply both. */
function featherWeights(length: number, feather: number): Float32Array {
  const weights = new Float32Array(length).fill(1);
  for (let step = 0; step < Math.min(feather, length); step++) {
    const weight = (step + 1) / feather;
    weights[step]! *= weight;
    weights[length - 1 - step]! *= weight;
  }
  return weights;
}

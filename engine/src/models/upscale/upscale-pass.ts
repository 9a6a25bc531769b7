// Runs an upscale network over one picture, in tiles that overlap and are blended. Tiles are halved until they fit into the
// memory budget, and again when the device says that it has run out of memory.
import { EngineError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { SessionSource } from '../../runtime/session-source.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { CallOptions, TileOptions } from '../model.ts';
import { tiledScale, tileStarts } from '../vae/tiling.ts';
import { blocksToChannels, clampInPlace, cropMap, padMap } from './picture-maps.ts';
import { COLOURS } from './rrdb-layout.ts';
import type { UpscaleNetwork } from './upscale-network.ts';

export interface UpscalePass extends Pick<UpscaleNetwork, 'scale' | 'unshuffle' | 'sideMultiple' | 'estimateBytes'> {
  readonly runtime: Pick<Runtime, 'fits' | 'run'>;
  readonly source: SessionSource;
}

export interface UpscalePassOptions extends CallOptions {
  /** In pixels; default 512 with an overlap of 32. */
  readonly tile?: TileOptions;
  /** Called after each tile. Counts anew, with a larger total, when tiles had to be made smaller. */
  readonly onTile?: (done: number, total: number) => void;
}

const DEFAULT_TILE: TileOptions = { size: 512, overlap: 32 };
/** Smaller tiles would be overlap for the most part. */
const SMALLEST_TILE = 128;

/**
 * @param map one picture, [1, 3, height, width] in 0..1.
 * @returns [1, 3, height * scale, width * scale] in 0..1.
 * @throws EngineError what `Runtime.run` throws; the signal's reason when it aborted.
 */
export async function runUpscalePass(
  pass: UpscalePass,
  map: Tensor,
  options: UpscalePassOptions = {},
): Promise<Tensor> {
  const { size, overlap } = options.tile ?? DEFAULT_TILE;
  let side = size;
  while (canHalve(side) && !pass.runtime.fits(pass.source, tileBytes(pass, map, side))) side = halved(side);
  for (;;) {
    try {
      return await runTiles(pass, map, { size: side, overlap }, options);
    } catch (error) {
      if (!isOutOfMemory(error) || !canHalve(side)) throw error;
      side = halved(side);
    }
  }
}

function runTiles(
  pass: UpscalePass,
  map: Tensor,
  { size, overlap }: TileOptions,
  { signal, onTile }: UpscalePassOptions,
): Promise<Tensor> {
  const [, , height = 0, width = 0] = map.dims;
  const total = tileStarts(height, size, overlap).length * tileStarts(width, size, overlap).length;
  let done = 0;
  const runTile = async (tile: Tensor): Promise<Tensor> => {
    signal?.throwIfAborted();
    const result = await runPadded(pass, tile, signal);
    onTile?.(++done, total);
    return result;
  };
  return tiledScale(map, runTile, {
    tile: { height: size, width: size, overlap },
    scale: pass.scale,
    outputChannels: COLOURS,
  });
}

/** Each tile is clamped, so that what is too bright in one tile does not leak into the next. */
async function runPadded(pass: UpscalePass, tile: Tensor, signal: AbortSignal | undefined): Promise<Tensor> {
  const [, , height = 0, width = 0] = tile.dims;
  const result = await runNetwork(pass, padMap(tile, pass.sideMultiple), signal);
  const cropped = cropMap(result, height * pass.scale, width * pass.scale);
  clampInPlace(cropped.data);
  return cropped;
}

/** The network alone, on a map of any size; not clamped. */
export async function runNetwork(pass: UpscalePass, map: Tensor, signal?: AbortSignal): Promise<Tensor> {
  const { runtime, source, scale, unshuffle, estimateBytes } = pass;
  const [, , height = 0, width = 0] = map.dims;
  const { upscaled } = await runtime.run({
    source,
    feeds: { image: unshuffle > 1 ? blocksToChannels(padMap(map, unshuffle), unshuffle) : map },
    outputs: ['upscaled'],
    activationBytes: estimateBytes(height * width),
    work: `The upscale model on a tile of ${width}x${height}`,
    signal,
  });
  return cropMap(upscaled, height * scale, width * scale);
}

function tileBytes({ estimateBytes }: UpscalePass, { dims }: Tensor, side: number): number {
  const [, , height = 0, width = 0] = dims;
  return estimateBytes(Math.min(side, height) * Math.min(side, width));
}

function canHalve(side: number): boolean {
  return halved(side) >= SMALLEST_TILE;
}

function halved(side: number): number {
  return Math.floor(side / 2);
}

/** Devices tell it in words of their own. */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof EngineError) || error.code !== 'RUN_FAILED') return false;
  return /out of memory|bad_alloc|failed to allocate|bad allocation/i.test(error.message);
}

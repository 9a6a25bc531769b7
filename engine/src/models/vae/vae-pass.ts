// One direction of the VAE, encoding or decoding: runs one map, at once if it fits into the memory budget and else in tiles.
import type { Runtime } from '../../runtime/runtime.ts';
import type { SessionSource } from '../../runtime/session-source.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TileOptions, VaeCallOptions } from '../model.ts';
import { tiledScaleAveraged } from './tiling.ts';

export interface VaePass {
  readonly runtime: Runtime;
  readonly source: SessionSource;
  readonly input: 'latent' | 'image';
  readonly output: 'latent' | 'image';
  /** Output cells per input cell and side. */
  readonly scale: number;
  readonly outputChannels: number;
  /** Input cells per latent cell and side. */
  readonly latentCell: number;
  readonly estimateBytes: (latentCells: number) => number;
}

/** Used when a picture does not fit at once. */
const DEFAULT_TILE: TileOptions = { size: 64, overlap: 16 };

/** @param map one map, [1, channels, height, width]. */
export async function runVaePass(pass: VaePass, map: Tensor, { tile, signal }: VaeCallOptions): Promise<Tensor> {
  const { runtime, source, latentCell, scale, outputChannels } = pass;
  const runPart = (part: Tensor): Promise<Tensor> => runWhole(pass, part, signal);
  if (!tile && runtime.fits(source, activationBytes(pass, map))) return runPart(map);
  const { size, overlap } = tile ?? DEFAULT_TILE;
  const side = size * latentCell;
  return tiledScaleAveraged(map, runPart, {
    tile: { height: side, width: side, overlap: overlap * latentCell },
    scale,
    outputChannels,
  });
}

async function runWhole(pass: VaePass, map: Tensor, signal: AbortSignal | undefined): Promise<Tensor> {
  const { runtime, source, input, output } = pass;
  const [, , height = 0, width = 0] = map.dims;
  const results = await runtime.run({
    source,
    feeds: { [input]: map },
    outputs: [output],
    activationBytes: activationBytes(pass, map),
    work: `The ${source.part} at ${width}x${height}`,
    signal,
  });
  return results[output];
}

function activationBytes({ estimateBytes, latentCell }: VaePass, { dims }: Tensor): number {
  const [, , height = 0, width = 0] = dims;
  return estimateBytes((height / latentCell) * (width / latentCell));
}

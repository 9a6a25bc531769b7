// VAE: pictures to latents and back. Pictures go through one by one; one that does not fit into the memory budget is worked off
// in tiles, as is one for which the caller asks.
import { EngineError } from '../../errors.ts';
import type { SafetensorsFile } from '../../formats/safetensors.ts';
import type { Graph } from '../../onnx/graph.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { SessionSource } from '../../runtime/session-source.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type GraphStyle, styleName } from '../graph-style.ts';
import { requireFinite } from '../input-checks.ts';
import type { TileOptions, Vae, VaeCallOptions } from '../model.ts';
import { estimateResidentBytes, tuningFor } from '../session-profile.ts';
import { createWeights, type WeightTable } from '../weights.ts';
import { imageToMap, writeMapAsImage } from './pixels.ts';
import { tiledScaleAveraged } from './tiling.ts';
import { buildDecoderGraph, buildEncoderGraph } from './vae-graph.ts';
import { readVaeLayout, type VaeLayout } from './vae-layout.ts';
import { estimateDecodeBytes, estimateEncodeBytes, estimatePictureBytes } from './vae-memory.ts';

export interface VaeModelOptions {
  readonly runtime: Runtime;
  /** Keys as in LDM, by `keyOf` where the file has others. */
  readonly file: WeightTable & Pick<SafetensorsFile, 'identity'>;
  /** Prefix of the VAE's keys, with its dot; may be empty. */
  readonly prefix: string;
  readonly style: GraphStyle;
}

/** In latent cells; used when a picture does not fit at once. */
const DEFAULT_TILE: TileOptions = { size: 64, overlap: 16 };

/** One direction of the VAE. */
interface Pass {
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

/** Reads shapes only. @throws EngineError TENSOR_MISSING, MODEL_INCONSISTENT, WEIGHT_TYPE_UNSUPPORTED, GRAPH_INVALID */
export function createVae({ runtime, file, prefix, style: givenStyle }: VaeModelOptions): Vae {
  // A VAE is small and every picture runs all of it: folded weights always pay.
  const style: GraphStyle = { ...givenStyle, weights: 'folded' };
  const weights = createWeights(file, style, prefix);
  const layout = readVaeLayout(weights, file.path);
  const { latentChannels, downscale, imageChannels } = layout;
  const sourceOf = (part: string, graph: Graph): SessionSource => ({
    file,
    part,
    variant: styleName(style),
    graph,
    encoding: style.encoding,
    tuning: tuningFor(style),
    residentBytes: estimateResidentBytes(graph, style, tuningFor(style)),
  });
  const decoder: Pass = {
    runtime,
    source: sourceOf('VAE decoder', buildDecoderGraph(weights, layout)),
    input: 'latent',
    output: 'image',
    scale: downscale,
    outputChannels: imageChannels,
    latentCell: 1,
    estimateBytes: cells => estimateDecodeBytes(layout, cells),
  };
  const encoder: Pass = {
    runtime,
    source: sourceOf('VAE encoder', buildEncoderGraph(weights, layout)),
    input: 'image',
    output: 'latent',
    scale: 1 / downscale,
    outputChannels: latentChannels,
    latentCell: downscale,
    estimateBytes: cells => estimateEncodeBytes(layout, cells),
  };

  return {
    downscale,
    latentChannels,

    async decode(latents, options = {}) {
      const [batch = 0, , height = 0, width = 0] = requireLatents(latents, layout);
      requireFinite('The latent', latents);
      const cells = height * width * downscale ** 2;
      const work = `A batch of ${batch} pictures of ${width * downscale}x${height * downscale}`;
      runtime.requireBudget(work, estimatePictureBytes(layout, batch, cells));
      const size = [height * downscale, width * downscale, imageChannels];
      const images = new Float32Array(batch * size.reduce((product, side) => product * side, 1));
      for (let index = 0; index < batch; index++) {
        writeMapAsImage(images, index, await perform(decoder, itemOf(latents, index), options));
      }
      return { data: images, dims: [batch, ...size] };
    },

    async encode(images, options = {}) {
      const [batch = 0, height = 0, width = 0] = requireImages(images, layout);
      requireFinite('The image', images);
      const dims = [latentChannels, Math.floor(height / downscale), Math.floor(width / downscale)];
      const itemLength = dims.reduce((product, side) => product * side, 1);
      const latents = new Float32Array(batch * itemLength);
      for (let index = 0; index < batch; index++) {
        const latent = await perform(encoder, imageToMap(images, index, downscale), options);
        latents.set(latent.data, index * itemLength);
      }
      return { data: latents, dims: [batch, ...dims] };
    },
  };
}

/** One map at once if it fits, else in tiles. */
async function perform(pass: Pass, map: Tensor, { tile, signal }: VaeCallOptions): Promise<Tensor> {
  const { runtime, source, latentCell, scale, outputChannels } = pass;
  const runOne = (part: Tensor): Promise<Tensor> => run(pass, part, signal);
  if (!tile && runtime.fits(source, activationBytes(pass, map))) return runOne(map);
  const { size, overlap } = tile ?? DEFAULT_TILE;
  const side = size * latentCell;
  return tiledScaleAveraged(map, runOne, {
    tile: { height: side, width: side, overlap: overlap * latentCell },
    scale,
    outputChannels,
  });
}

async function run(pass: Pass, map: Tensor, signal: AbortSignal | undefined): Promise<Tensor> {
  const [, , height = 0, width = 0] = map.dims;
  const results = await pass.runtime.run({
    source: pass.source,
    feeds: { [pass.input]: map },
    outputs: [pass.output],
    activationBytes: activationBytes(pass, map),
    work: `The ${pass.source.part} at ${width}x${height}`,
    signal,
  });
  return results[pass.output];
}

function activationBytes({ estimateBytes, latentCell }: Pass, { dims }: Tensor): number {
  const [, , height = 0, width = 0] = dims;
  return estimateBytes((height / latentCell) * (width / latentCell));
}

function itemOf({ data, dims }: Tensor, index: number): Tensor {
  const length = data.length / (dims[0] ?? 1);
  return { data: data.subarray(index * length, (index + 1) * length), dims: [1, ...dims.slice(1)] };
}

function requireLatents({ data, dims }: Tensor, { latentChannels }: VaeLayout): readonly number[] {
  if (dims.length === 4 && dims[1] === latentChannels && data.length > 0) return dims;
  const expected = `[batch, ${latentChannels}, height, width] and not empty`;
  throw new EngineError('INVALID_ARGUMENT', { name: 'The latent', expected, actual: `[${dims.join(', ')}]` });
}

function requireImages({ dims }: Tensor, { downscale, imageChannels }: VaeLayout): readonly number[] {
  const [batch = 0, height = 0, width = 0, channels = 0] = dims;
  const isLargeEnough = batch > 0 && height >= downscale && width >= downscale;
  if (dims.length === 4 && channels >= imageChannels && isLargeEnough) return dims;
  const expected = `[batch, height, width, ${imageChannels} or more] with sides of ${downscale} pixels or more`;
  throw new EngineError('INVALID_ARGUMENT', { name: 'The image', expected, actual: `[${dims.join(', ')}]` });
}

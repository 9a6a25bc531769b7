// VAE: pictures to latents and back. Pictures go through one by one; one that does not fit into the memory budget is worked off
// in tiles, as is one for which the caller asks.
import { EngineError } from '../../errors.ts';
import type { SafetensorsFile } from '../../formats/safetensors.ts';
import type { Graph } from '../../onnx/graph.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { SessionSource } from '../../runtime/session-source.ts';
import { elementCount, type Tensor } from '../../tensor/tensor.ts';
import { type GraphStyle, styleName } from '../graph-style.ts';
import { requireFinite } from '../input-checks.ts';
import type { Vae, VaeCallOptions } from '../model.ts';
import { estimateResidentBytes, tuningFor } from '../session-profile.ts';
import { createWeights, type WeightTable } from '../weights.ts';
import { imageToMap, writeMapAsImage } from './pixels.ts';
import { buildDecoderGraph, buildEncoderGraph } from './vae-graph.ts';
import { readVaeLayout, type VaeLayout } from './vae-layout.ts';
import { estimateDecodeBytes, estimateEncodeBytes, estimatePictureBytes } from './vae-memory.ts';
import { runVaePass, type VaePass } from './vae-pass.ts';

export interface VaeModelOptions {
  readonly runtime: Runtime;
  /** Keys as in LDM, by `keyOf` where the file has others. */
  readonly file: WeightTable & Pick<SafetensorsFile, 'identity'>;
  /** Prefix of the VAE's keys, with its dot; may be empty. */
  readonly prefix: string;
  readonly style: GraphStyle;
}

interface VaeParts {
  readonly runtime: Runtime;
  readonly layout: VaeLayout;
  readonly decoder: VaePass;
  readonly encoder: VaePass;
}

/** Reads shapes only. @throws EngineError TENSOR_MISSING, MODEL_INCONSISTENT, WEIGHT_TYPE_UNSUPPORTED, GRAPH_INVALID */
export function createVae(options: VaeModelOptions): Vae {
  const parts = createParts(options);
  const { downscale, latentChannels } = parts.layout;
  return {
    downscale,
    latentChannels,
    decode: (latents, callOptions = {}) => decode(parts, latents, callOptions),
    encode: (images, callOptions = {}) => encode(parts, images, callOptions),
  };
}

function createParts({ runtime, file, prefix, style: givenStyle }: VaeModelOptions): VaeParts {
  // A VAE is small and every picture runs all of it: folded weights always pay.
  const style: GraphStyle = { ...givenStyle, weights: 'folded' };
  const tuning = tuningFor(style);
  const weights = createWeights(file, style, prefix);
  const layout = readVaeLayout(weights, file.path);
  const { downscale } = layout;
  const sourceOf = (part: string, graph: Graph): SessionSource => {
    const residentBytes = estimateResidentBytes(graph, style, tuning);
    return { file, part, variant: styleName(style), graph, encoding: style.encoding, tuning, residentBytes };
  };
  const decoder: VaePass = {
    runtime,
    source: sourceOf('VAE decoder', buildDecoderGraph(weights, layout)),
    input: 'latent',
    output: 'image',
    scale: downscale,
    outputChannels: layout.imageChannels,
    latentCell: 1,
    estimateBytes: cells => estimateDecodeBytes(layout, cells),
  };
  const encoder: VaePass = {
    runtime,
    source: sourceOf('VAE encoder', buildEncoderGraph(weights, layout)),
    input: 'image',
    output: 'latent',
    scale: 1 / downscale,
    outputChannels: layout.latentChannels,
    latentCell: downscale,
    estimateBytes: cells => estimateEncodeBytes(layout, cells),
  };
  return { runtime, layout, decoder, encoder };
}

async function decode({ runtime, layout, decoder }: VaeParts, latents: Tensor, options: VaeCallOptions) {
  const [batch = 0, , latentHeight = 0, latentWidth = 0] = requireLatents(latents, layout);
  requireFinite('The latent', latents);
  const [height, width] = [latentHeight * layout.downscale, latentWidth * layout.downscale];
  const work = `A batch of ${batch} pictures of ${width}x${height}`;
  runtime.requireBudget(work, estimatePictureBytes(layout, batch, height * width));
  const dims = [batch, height, width, layout.imageChannels];
  const images = new Float32Array(elementCount(dims));
  for (let index = 0; index < batch; index++) {
    writeMapAsImage(images, index, await runVaePass(decoder, itemOf(latents, index), options));
  }
  return { data: images, dims };
}

async function encode({ layout, encoder }: VaeParts, images: Tensor, options: VaeCallOptions) {
  const [batch = 0, height = 0, width = 0] = requireImages(images, layout);
  requireFinite('The image', images);
  const { downscale, latentChannels } = layout;
  const itemDims = [latentChannels, Math.floor(height / downscale), Math.floor(width / downscale)];
  const latents = new Float32Array(batch * elementCount(itemDims));
  for (let index = 0; index < batch; index++) {
    const latent = await runVaePass(encoder, imageToMap(images, index, downscale), options);
    latents.set(latent.data, index * elementCount(itemDims));
  }
  return { data: latents, dims: [batch, ...itemDims] };
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

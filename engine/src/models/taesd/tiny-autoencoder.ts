// TAESD: an autoencoder a hundredth of the size of a VAE, good enough for previews. Its decoder and its encoder are files of
// their own. Pictures go through the same passes as those of a VAE, in tiles where memory is short.
import { EngineError } from '../../errors.ts';
import { openTensorFile } from '../../formats/tensor-file.ts';
import type { TensorFile } from '../../formats/tensor-table.ts';
import type { Graph } from '../../onnx/graph.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { SessionSource } from '../../runtime/session-source.ts';
import { elementCount, type Tensor } from '../../tensor/tensor.ts';
import { type GraphStyle, styleName } from '../graph-style.ts';
import { requireFinite } from '../input-checks.ts';
import type { CallOptions, Vae, VaeCallOptions } from '../model.ts';
import { estimateResidentBytes, tuningFor } from '../session-profile.ts';
import { imageToMap, writeMapAsImage } from '../vae/pixels.ts';
import { runVaePass, type VaePass } from '../vae/vae-pass.ts';
import { createWeights, type WeightScope, type WeightTable } from '../weights.ts';
import { buildTinyDecoderGraph, buildTinyEncoderGraph, TINY_DOWNSCALE, tinyLatentChannels } from './taesd-graph.ts';
import type { TinyFamily } from './tiny-families.ts';

export interface TinyOptions {
  readonly runtime: Runtime;
  readonly style: GraphStyle;
}

export type TinyFile = WeightTable & Pick<TensorFile, 'identity'>;

/** Shows latents of model space, as samplers hold them. */
export interface TinyDecoder {
  readonly latentChannels: number;
  /** [batch, channels, h, w] in model space to [batch, 3, 8h, 8w] in about -1..1, one item after the other. */
  decode(latents: Tensor, options?: CallOptions): Promise<Tensor>;
}

/** Maps of the width of the network that a run holds at once, at the size of the picture. */
const LIVE_MAPS = 4;
const FLOAT_BYTES = 4;

/** Where the keys of a file begin. */
const PREFIXES = { decoder: ['', 'taesd_decoder.', 'decoder.'], encoder: ['', 'taesd_encoder.', 'encoder.'] } as const;

/** @throws EngineError what `openTensorFile` throws, MODEL_UNSUPPORTED, TENSOR_MISSING. */
export async function loadTinyDecoder(path: string, options: TinyOptions): Promise<TinyDecoder> {
  return createTinyDecoder(await openTensorFile(path), options);
}

/** @throws EngineError as `loadTinyDecoder` */
export async function loadTinyVae(
  paths: { readonly encoder: string; readonly decoder: string },
  family: Pick<TinyFamily, 'scale' | 'shift'>,
  options: TinyOptions,
): Promise<Vae> {
  const [encoder, decoder] = [await openTensorFile(paths.encoder), await openTensorFile(paths.decoder)];
  return createTinyVae({ encoder, decoder }, family, options);
}

export function createTinyDecoder(file: TinyFile, options: TinyOptions): TinyDecoder {
  const { pass, latentChannels } = decoderPass(file, options);
  return {
    latentChannels,
    async decode(latents, { signal } = {}) {
      requireChannels(latents, latentChannels);
      const [batch = 0, , height = 0, width = 0] = latents.dims;
      const dims = [batch, 3, height * TINY_DOWNSCALE, width * TINY_DOWNSCALE];
      const maps = new Float32Array(elementCount(dims));
      for (let index = 0; index < batch; index++) {
        const { data } = await runVaePass(pass, itemOf(latents, index), signal ? { signal } : {});
        maps.set(data, index * data.length);
      }
      return { data: maps, dims };
    },
  };
}

/** The same with an encoder, for latents and pictures as nodes exchange them. */
export function createTinyVae(
  files: { readonly encoder: TinyFile; readonly decoder: TinyFile },
  { scale, shift }: Pick<TinyFamily, 'scale' | 'shift'>,
  options: TinyOptions,
): Vae {
  const decoder = decoderPass(files.decoder, options);
  const encoder = encoderPass(files.encoder, decoder.latentChannels, options);
  const { latentChannels } = decoder;
  return {
    downscale: TINY_DOWNSCALE,
    latentChannels,
    decode: (latents, callOptions = {}) => {
      requireChannels(latents, latentChannels);
      requireFinite('The latent', latents);
      const scaled = { data: latents.data.map(value => (value - shift) * scale), dims: latents.dims };
      return decodeImages(decoder.pass, scaled, callOptions);
    },
    encode: async (images, callOptions = {}) => {
      requireFinite('The image', images);
      const latents = await encodeImages(encoder, images, latentChannels, callOptions);
      return { data: latents.data.map(value => value / scale + shift), dims: latents.dims };
    },
  };
}

async function decodeImages(pass: VaePass, latents: Tensor, options: VaeCallOptions): Promise<Tensor> {
  const [batch = 0, , height = 0, width = 0] = latents.dims;
  const dims = [batch, height * TINY_DOWNSCALE, width * TINY_DOWNSCALE, 3];
  const images = new Float32Array(elementCount(dims));
  for (let index = 0; index < batch; index++) {
    writeMapAsImage(images, index, await runVaePass(pass, itemOf(latents, index), options));
  }
  return { data: images, dims };
}

async function encodeImages(pass: VaePass, images: Tensor, channels: number, options: VaeCallOptions): Promise<Tensor> {
  const [batch = 0, height = 0, width = 0, colours = 0] = images.dims;
  if (images.dims.length !== 4 || batch === 0 || colours < 3 || Math.min(height, width) < TINY_DOWNSCALE) {
    const expected = `[batch, height, width, 3 or more] with sides of ${TINY_DOWNSCALE} pixels or more`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The image', expected, actual: `[${images.dims.join(', ')}]` });
  }
  const dims = [batch, channels, Math.floor(height / TINY_DOWNSCALE), Math.floor(width / TINY_DOWNSCALE)];
  const latents = new Float32Array(elementCount(dims));
  for (let index = 0; index < batch; index++) {
    const { data } = await runVaePass(pass, imageToMap(images, index, TINY_DOWNSCALE), options);
    latents.set(data, index * data.length);
  }
  return { data: latents, dims };
}

function decoderPass(file: TinyFile, options: TinyOptions) {
  const weights = partOf(file, 'decoder', '3.conv.0.weight', options);
  const latentChannels = tinyLatentChannels(weights);
  const pass: VaePass = {
    runtime: options.runtime,
    source: sourceOf(file, 'tiny decoder', buildTinyDecoderGraph(weights), options),
    input: 'latent',
    output: 'image',
    scale: TINY_DOWNSCALE,
    outputChannels: 3,
    latentCell: 1,
    estimateBytes: estimateFor(weights.dims('1.weight')[0] ?? 0),
  };
  return { pass, latentChannels };
}

function encoderPass(file: TinyFile, latentChannels: number, options: TinyOptions): VaePass {
  const weights = partOf(file, 'encoder', '1.conv.0.weight', options);
  return {
    runtime: options.runtime,
    source: sourceOf(file, 'tiny encoder', buildTinyEncoderGraph(weights), options),
    input: 'image',
    output: 'latent',
    scale: 1 / TINY_DOWNSCALE,
    outputChannels: latentChannels,
    latentCell: TINY_DOWNSCALE,
    estimateBytes: estimateFor(weights.dims('0.weight')[0] ?? 0),
  };
}

function partOf(file: TinyFile, part: keyof typeof PREFIXES, key: string, { style }: TinyOptions): WeightScope {
  const has = (name: string): boolean => file.tensors.has(file.keyOf?.(name) ?? name);
  const prefix = PREFIXES[part].find(candidate => has(candidate + key));
  if (prefix === undefined) {
    const advice = `Choose the ${part} of a tiny autoencoder (TAESD).`;
    throw new EngineError('MODEL_UNSUPPORTED', { path: file.path, kind: `no ${part} of a tiny autoencoder`, advice });
  }
  return createWeights(file, folded(style), prefix);
}

function sourceOf(file: TinyFile, part: string, graph: Graph, { style: given }: TinyOptions): SessionSource {
  const style = folded(given);
  const tuning = tuningFor(style);
  const residentBytes = estimateResidentBytes(graph, style, tuning);
  return { file, part, variant: styleName(style), graph, encoding: style.encoding, tuning, residentBytes };
}

/** It is small, and previews run it in every step. */
function folded(style: GraphStyle): GraphStyle {
  return { ...style, weights: 'folded' };
}

function estimateFor(width: number): (latentCells: number) => number {
  return cells => LIVE_MAPS * width * cells * TINY_DOWNSCALE ** 2 * FLOAT_BYTES;
}

function itemOf({ data, dims }: Tensor, index: number): Tensor {
  const length = data.length / (dims[0] ?? 1);
  return { data: data.subarray(index * length, (index + 1) * length), dims: [1, ...dims.slice(1)] };
}

function requireChannels({ dims, data }: Tensor, expected: number): void {
  if (dims.length !== 4 || data.length === 0) {
    const shape = `[batch, ${expected}, height, width] and not empty`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The latent', expected: shape, actual: `[${dims.join(', ')}]` });
  }
  if (dims[1] !== expected) throw new EngineError('LATENT_CHANNELS_MISMATCH', { actual: dims[1] ?? 0, expected });
}

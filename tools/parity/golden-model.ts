// Engine models over the weights of golden files, which are stored as `W.` + checkpoint key.

import { join } from 'node:path';
import { openSafetensors, type SafetensorsFile } from '../../engine/src/formats/safetensors.ts';
import { type ClipModel, createClipModel } from '../../engine/src/models/clip/clip-model.ts';
import { graphStyleFor } from '../../engine/src/models/graph-style.ts';
import type { DiffusionModel, NoiseParameterization, Vae } from '../../engine/src/models/model.ts';
import { sd15LatentFormat, sd15Parameterization } from '../../engine/src/models/stable-diffusion-1/family.ts';
import { createTinyDecoder, createTinyVae, type TinyDecoder } from '../../engine/src/models/taesd/tiny-autoencoder.ts';
import { createDiffusionModel } from '../../engine/src/models/unet/diffusion-model.ts';
import type { HeadRule } from '../../engine/src/models/unet/unet-layout.ts';
import { createVae } from '../../engine/src/models/vae/vae.ts';
import type { WeightTable } from '../../engine/src/models/weights.ts';
import { Runtime } from '../../engine/src/runtime/runtime.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import { clipChunkLayouts } from '../../engine/src/tokenizers/prompt-tokens.ts';
import type { GoldenFile } from './golden-file.ts';
import type { GoldenCase, ParityContext } from './suite.ts';

const BUDGET_BYTES = 4 * 2 ** 30;
export const style = graphStyleFor('cpu', 'streamed');

/** Runtime of a suite, made at the first use and given back by `close`. */
export class ModelBench {
  #runtime: Runtime | undefined;

  get runtime(): Runtime {
    this.#runtime ??= new Runtime({ device: 'cpu', threads: 0, isThreaded: false, budgetBytes: BUDGET_BYTES });
    return this.#runtime;
  }

  async close(): Promise<void> {
    await this.#runtime?.dispose();
    this.#runtime = undefined;
  }

  async unet(weights: GoldenCase, context: ParityContext): Promise<DiffusionModel> {
    const config = weights.params['config'] as Record<string, unknown>;
    return createDiffusionModel({
      runtime: this.runtime,
      file: await openWeights(weights, context),
      prefix: 'model.diffusion_model.',
      style,
      headRule: headRuleOf(config),
      latentFormat: sd15LatentFormat,
      parameterization: sd15Parameterization,
    });
  }

  async vae(weights: GoldenCase, context: ParityContext): Promise<Vae> {
    const file = await openWeights(weights, context);
    return createVae({ runtime: this.runtime, file, prefix: prefixBefore(file, 'decoder.conv_in.weight'), style });
  }

  async tinyAutoencoder(weights: GoldenCase, context: ParityContext): Promise<{ decoder: TinyDecoder; vae: Vae }> {
    const file = await openWeights(weights, context);
    const { vae_scale: scale = 1, vae_shift: shift = 0 } = weights.params as Record<string, number>;
    const options = { runtime: this.runtime, style };
    const files = { encoder: file, decoder: file };
    return { decoder: createTinyDecoder(file, options), vae: createTinyVae(files, { scale, shift }, options) };
  }

  async clip(weights: GoldenCase, context: ParityContext): Promise<ClipModel> {
    const file = await openWeights(weights, context);
    const { start, end, pad, heads } = weights.params as Record<string, number>;
    return createClipModel({
      runtime: this.runtime,
      file,
      prefix: prefixBefore(file, 'embeddings.token_embedding.weight'),
      style,
      chunkLayout: { ...clipChunkLayouts.l, start: start ?? 0, end: end ?? 0, pad: pad ?? 0 },
      ...(heads && { heads }),
    });
  }
}

/** The same handle with the noise parameterisation of another kind of model. */
export function withPrediction(model: DiffusionModel, prediction: NoiseParameterization['prediction']): DiffusionModel {
  return { ...model, parameterization: { ...model.parameterization, prediction } as NoiseParameterization };
}

export function tensorOf(file: GoldenFile, name: string): Tensor {
  return { data: file.float32(name), dims: file.get(name).dims };
}

/** The case that holds the weights: itself, or the one that its params name. */
export function weightsCaseOf(goldenCase: GoldenCase, context: ParityContext): GoldenCase {
  const { uses_weights_of, weights_of, unet } = goldenCase.params;
  const name = uses_weights_of ?? weights_of ?? unet;
  return typeof name === 'string' ? context.caseNamed(name) : goldenCase;
}

/** Keys as a checkpoint has them. */
export async function openWeights(
  { file = '' }: GoldenCase,
  { folderPath }: ParityContext,
): Promise<WeightTable & Pick<SafetensorsFile, 'identity'>> {
  return { ...(await openSafetensors(join(folderPath, file))), keyOf: name => `W.${name}` };
}

function prefixBefore({ tensors, path }: WeightTable, suffix: string): string {
  const key = [...tensors.keys()].find(candidate => candidate.startsWith('W.') && candidate.endsWith(suffix));
  if (key === undefined) throw new Error(`${path} has no weight "${suffix}"`);
  return key.slice('W.'.length, -suffix.length);
}

function headRuleOf(config: Record<string, unknown>): HeadRule {
  const heads = Number(config['num_heads']);
  return heads > 0 ? { heads } : { headChannels: Number(config['num_head_channels']) };
}

// Golden folder `modules/mini_sd1`: a complete small checkpoint, from the prompt to the picture.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../engine/src/engine.ts';
import type { Conditioning, LoadedCheckpoint } from '../../engine/src/models/model.ts';
import type { LatentInput } from '../../engine/src/sampling/run-options.ts';
import { sample } from '../../engine/src/sampling/sample.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';
import { writeMiniCheckpoint } from '../../testkit/src/mini-checkpoint.ts';
import { Comparison, toleranceOf } from './comparison.ts';
import type { GoldenFile } from './golden-file.ts';
import { tensorOf } from './golden-model.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

/** The index has tolerances for latent and image only. */
const TEXT_TOLERANCE = 1e-4;
const ENCODED_TOLERANCE = 3e-4;

interface Bench {
  readonly engine: Engine;
  readonly folder: string;
  readonly checkpoint: LoadedCheckpoint;
}

let opening: Promise<Bench> | undefined;

export const miniSd1: ParitySuite = {
  folder: 'modules/mini_sd1',
  async close() {
    const bench = await opening;
    opening = undefined;
    await bench?.engine[Symbol.asyncDispose]();
    if (bench) await rm(bench.folder, { recursive: true });
  },
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    if (goldenCase.file === undefined) return { skipped: 'the description of the checkpoint' };
    opening ??= open();
    const { checkpoint } = await opening;
    const file = await context.tensors(goldenCase);
    if (file.has('timesteps')) return compareForward(goldenCase, file, checkpoint);
    return comparePicture(goldenCase, file, checkpoint);
  },
};

async function open(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-parity-'));
  const path = join(folder, 'mini.safetensors');
  writeMiniCheckpoint(path);
  const engine = createEngine({ threaded: false });
  return { engine, folder, checkpoint: await engine.loadCheckpoint(path) };
}

async function compareForward(
  goldenCase: GoldenCase,
  file: GoldenFile,
  { model }: LoadedCheckpoint,
): Promise<ParityOutcome> {
  const comparison = new Comparison(toleranceOf(goldenCase));
  const [x, context] = [tensorOf(file, 'x'), tensorOf(file, 'context')];
  const { data } = await model.predict({ x, context, timesteps: file.float32('timesteps') });
  comparison.values('out', data, file.get('out').data);
  return comparison.outcome();
}

async function comparePicture(
  goldenCase: GoldenCase,
  file: GoldenFile,
  { model, clip, vae }: LoadedCheckpoint,
): Promise<ParityOutcome> {
  const { params } = goldenCase;
  const tolerances = goldenCase.tolerance_suggested as { readonly latent: number; readonly image: number };
  const comparison = new Comparison(tolerances.image);
  const encoder = params['clip_skip'] ? clip.withStopAtLayer(Number(params['clip_skip'])) : clip;
  const positive = await encoder.encode(String(params['positive']));
  const negative = await encoder.encode(String(params['negative']));
  comparison.values('positive', contextOf(positive).data, file.get('positive').data, TEXT_TOLERANCE);
  comparison.values('negative', contextOf(negative).data, file.get('negative').data, TEXT_TOLERANCE);
  const pooled = positive[0]?.[1]['pooled_output'] as Tensor;
  comparison.values('positive_pooled', pooled.data, file.get('positive_pooled').data, TEXT_TOLERANCE);

  const latent = await latentOf(params, file, vae);
  if (file.has('encoded')) {
    comparison.values('encoded', latent.samples.data, file.get('encoded').data, ENCODED_TOLERANCE);
  }
  const sampled = await sample({
    model,
    positive,
    negative,
    latent,
    seed: BigInt(String(params['seed'])),
    steps: Number(params['steps']),
    cfg: Number(params['cfg']),
    sampler: String(params['sampler']),
    scheduler: String(params['scheduler']),
    denoise: Number(params['denoise']),
    compatNoise: '0.3',
  });
  comparison.values('latent', sampled.data, file.get('latent').data, tolerances.latent);
  const { data: image } = await vae.decode(sampled);
  comparison.values('image', image, file.get('image').data);
  return comparison.outcome();
}

/** An encoded picture with the mask, if there is one; else an empty latent. */
async function latentOf(
  params: GoldenCase['params'],
  file: GoldenFile,
  vae: LoadedCheckpoint['vae'],
): Promise<LatentInput> {
  if (!file.has('image_in')) {
    const dims = [
      1,
      vae.latentChannels,
      Number(params['height']) / vae.downscale,
      Number(params['width']) / vae.downscale,
    ];
    return { samples: { data: new Float32Array(dims.reduce((a, b) => a * b)), dims } };
  }
  const samples = await vae.encode(tensorOf(file, 'image_in'));
  return file.has('mask') ? { samples, noiseMask: tensorOf(file, 'mask') } : { samples };
}

function contextOf(conditioning: Conditioning): Tensor {
  const entry = conditioning[0];
  if (!entry) throw new Error('the text encoder gave no conditioning');
  return entry[0];
}

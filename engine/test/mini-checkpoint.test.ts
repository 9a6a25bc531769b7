import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../src/engine.ts';
import type { LoadedCheckpoint, TextEncoder } from '../src/models/model.ts';
import { sample } from '../src/sampling/sample.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { goldenCases, maxDifference, openGolden } from './golden-files.ts';

interface PictureParams {
  readonly positive: string;
  readonly negative: string;
  readonly clip_skip: number | null;
  readonly sampler: string;
  readonly scheduler: string;
  readonly steps: number;
  readonly cfg: number;
  readonly denoise: number;
  readonly seed: string;
}

const pictures = goldenCases<PictureParams>('modules', 'e2e_');
/** Share of the largest value; random weights amplify what differs at the start. */
const LATENT_TOLERANCE = 1e-4;
const folder = mkdtempSync(path.join(tmpdir(), 'snug-'));
let engine: Engine;
let checkpoint: LoadedCheckpoint;

beforeAll(async () => {
  const file = path.join(folder, 'mini.safetensors');
  writeMiniCheckpoint(file);
  engine = createEngine();
  checkpoint = await engine.loadCheckpoint(file);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const encoderOf = ({ clip_skip }: PictureParams) => {
  return clip_skip === null ? checkpoint.clip : checkpoint.clip.withStopAtLayer(clip_skip);
};

describe('a small checkpoint of the SD 1.x family, on the inference thread', () => {
  test('predicts noise as the reference does, at a size whose half is odd', async () => {
    const [golden] = goldenCases('modules', 'mini_unet');
    const file = await openGolden('modules', golden?.file ?? '');
    const [x, context, timesteps] = await Promise.all(['x', 'context', 'timesteps'].map(name => file.readTensor(name)));
    if (!x || !context || !timesteps) throw new Error('unreachable');
    const out = await checkpoint.model.predict({ x, context, timesteps: timesteps.data });
    expect(out.dims).toEqual(x.dims);
    expect(maxDifference(out.data, (await file.readTensor('out')).data)).toBeLessThan(2e-5);
  });

  test.each(pictures)('encodes the prompts of $case', async ({ file: name, params }) => {
    const file = await openGolden('modules', name);
    for (const role of ['positive', 'negative'] as const) {
      const [entry] = await encoderOf(params).encode(params[role]);
      const expected = await file.readTensor(role);
      expect(entry?.[0].dims, role).toEqual(expected.dims);
      expect(maxDifference(entry?.[0].data ?? [], expected.data), role).toBeLessThan(1e-5);
    }
  });

  test('multiplies attentions again and again, at every clip skip, and refuses what is no number', async () => {
    const factors = (query: number) => ({ query, key: 1, value: 1, out: 1 });
    const stateOf = async (encoder: TextEncoder) => (await encoder.encode('a green bottle'))[0]?.[0].data ?? [];
    const early = checkpoint.clip.withStopAtLayer(-2);
    const twice = early.withScaledAttention(factors(4)).withScaledAttention(factors(0.25));
    expect(maxDifference(await stateOf(twice), await stateOf(early))).toBeLessThan(1e-5);
    const sharper = checkpoint.clip.withScaledAttention(factors(4)).withStopAtLayer(-2);
    expect(maxDifference(await stateOf(sharper), await stateOf(early))).toBeGreaterThan(1e-4);
    expect(() => checkpoint.clip.withScaledAttention(factors(Number.NaN))).toThrow('NaN');
  });

  test('gives the pooled state of the last layer, whatever the clip skip', async () => {
    const golden = pictures.find(({ params }) => params.clip_skip === -2);
    if (!golden) throw new Error('no case with clip skip');
    const file = await openGolden('modules', golden.file);
    const [entry] = await encoderOf(golden.params).encode(golden.params.positive);
    const pooled = entry?.[1]['pooled_output'] as Tensor | undefined;
    const expected = await file.readTensor('positive_pooled');
    expect(pooled?.dims).toEqual(expected.dims);
    expect(maxDifference(pooled?.data ?? [], expected.data)).toBeLessThan(1e-5);
  });

  test('encodes a picture into a latent and decodes a latent into a picture', async () => {
    const file = await openGolden('modules', 'e2e_3.safetensors');
    const encoded = await checkpoint.vae.encode(await file.readTensor('image_in'));
    expect(maxDifference(encoded.data, (await file.readTensor('encoded')).data)).toBeLessThan(3e-5);
    const image = await checkpoint.vae.decode(await file.readTensor('latent'));
    const expected = await file.readTensor('image');
    expect(image.dims).toEqual(expected.dims);
    expect(maxDifference(image.data, expected.data)).toBeLessThan(1e-5);
  });

  test.each(pictures)('draws the latent of $case from its prompt and seed', async ({ file: name, params }) => {
    const file = await openGolden('modules', name);
    const expected = await file.readTensor('latent');
    const empty = { data: new Float32Array(expected.data.length), dims: expected.dims };
    const samples = file.tensors.has('image_in')
      ? await checkpoint.vae.encode(await file.readTensor('image_in'))
      : empty;
    const { data } = await sample({
      ...params,
      model: checkpoint.model,
      positive: await encoderOf(params).encode(params.positive),
      negative: await encoderOf(params).encode(params.negative),
      latent: { samples },
      seed: BigInt(params.seed),
      compatNoise: '0.3',
    });
    const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(maxDifference(data, expected.data) / largest).toBeLessThan(LATENT_TOLERANCE);
  });

  test('decodes a batch like its single latents', async () => {
    const file = await openGolden('modules', 'e2e_3.safetensors');
    const { data, dims } = await file.readTensor('latent');
    const batch = { data: new Float32Array([...data, ...data.map(value => -value)]), dims: [2, ...dims.slice(1)] };
    const both = await checkpoint.vae.decode(batch);
    const first = await checkpoint.vae.decode({ data, dims });
    expect(both.dims).toEqual([2, ...first.dims.slice(1)]);
    expect(maxDifference(both.data.subarray(0, first.data.length), first.data)).toBe(0);
    expect(maxDifference(both.data.subarray(first.data.length), first.data)).toBeGreaterThan(0.1);
  });

  test('tiles that hold the whole picture change nothing, smaller ones keep its size', async () => {
    const file = await openGolden('modules', 'e2e_3.safetensors');
    const latent = await file.readTensor('latent');
    const whole = await checkpoint.vae.decode(latent);
    const oneTile = await checkpoint.vae.decode(latent, { tile: { size: 64, overlap: 16 } });
    expect(maxDifference(oneTile.data, whole.data)).toBeLessThan(1e-6);
    const tiled = await checkpoint.vae.decode(latent, { tile: { size: 6, overlap: 2 } });
    expect(tiled.dims).toEqual(whole.dims);
    expect(maxDifference(tiled.data, whole.data)).toBeGreaterThan(1e-4);
  });

  test('unloading closes the sessions, and the handles reopen them', async () => {
    const before = await checkpoint.clip.encode('a cat');
    expect(engine.memory().openSessions).toBeGreaterThan(0);
    await engine.unloadModels();
    expect(engine.memory()).toMatchObject({ openSessions: 0, sessionBytes: 0 });
    const after = await checkpoint.clip.encode('a cat');
    expect(after[0]?.[0].data).toEqual(before[0]?.[0].data);
    expect(engine.memory().privateBytes).toBeGreaterThan(1e6);
  });
});

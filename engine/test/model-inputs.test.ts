import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../src/engine.ts';
import { writeSafetensors } from '../src/formats/write-safetensors.ts';
import type { LoadedCheckpoint } from '../src/models/model.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { maxDifference } from './golden-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snug-inputs-'));
const checkpointPath = path.join(folder, 'mini.safetensors');
let engine: Engine;
let checkpoint: LoadedCheckpoint;

beforeAll(async () => {
  writeMiniCheckpoint(checkpointPath);
  engine = createEngine({ threaded: false, threads: 1 });
  checkpoint = await engine.loadCheckpoint(checkpointPath);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const zeros = (...dims: number[]): Tensor => {
  return { data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims };
};
const withNan = (tensor: Tensor): Tensor => {
  const data = tensor.data.slice();
  data[5] = Number.NaN;
  return { ...tensor, data };
};

describe('wrong inputs are refused with what was expected', () => {
  const good = { x: zeros(2, 4, 8, 8), timesteps: Float32Array.of(1, 1), context: zeros(2, 77, 64) };
  test.each([
    ['a latent of another model', { ...good, x: zeros(2, 16, 8, 8) }, '[batch, 4, height, width]'],
    ['a latent with time', { ...good, x: zeros(2, 4, 1, 8, 8) }, '[2, 4, 1, 8, 8]'],
    ['an empty latent', { ...good, x: zeros(2, 4, 0, 8) }, 'not empty'],
    ['a latent with a NaN', { ...good, x: withNan(good.x) }, 'NaN at element 5'],
    ['too few timesteps', { ...good, timesteps: Float32Array.of(1) }, 'that of the batch, 2'],
    ['a context of another text encoder', { ...good, context: zeros(2, 77, 768) }, '[2, tokens, 64]'],
    ['a context for another batch', { ...good, context: zeros(1, 77, 64) }, '[2, tokens, 64]'],
  ])('by the UNet: %s', async (_, input, expected) => {
    await expect(checkpoint.model.predict(input)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(expected),
    });
  });

  test.each([
    ['a latent with other channels', zeros(1, 16, 8, 8), '[batch, 4, height, width]'],
    ['a latent with a NaN', withNan(zeros(1, 4, 8, 8)), 'NaN at element 5'],
  ])('by the VAE decoder: %s', async (_, latent, expected) => {
    await expect(checkpoint.vae.decode(latent)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(expected),
    });
  });

  test.each([
    ['an image in grey', zeros(1, 64, 64, 1), '3 or more'],
    ['an image smaller than a cell', zeros(1, 7, 64, 3), '8 pixels or more'],
    ['an image with a NaN', withNan(zeros(1, 16, 16, 3)), 'NaN at element 5'],
  ])('by the VAE encoder: %s', async (_, image, expected) => {
    await expect(checkpoint.vae.encode(image)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(expected),
    });
  });
});

test('sides that are no multiples of 8 are cropped around the centre, a fourth channel is dropped', async () => {
  const [height, width] = [35, 41];
  const image = zeros(1, height, width, 4);
  const centre = zeros(1, 32, 40, 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < 4; channel++) {
        const value = Math.abs(Math.sin(row * 3 + column * 5 + channel));
        image.data[(row * width + column) * 4 + channel] = value;
        const [y, x] = [row - 1, column]; // three rows too many: one above, two below; one column too many, on the right
        if (channel < 3 && y >= 0 && y < 32 && x < 40) centre.data[(y * 40 + x) * 3 + channel] = value;
      }
    }
  }
  const latent = await checkpoint.vae.encode(image);
  expect(latent.dims).toEqual([1, 4, 4, 5]);
  expect(latent).toEqual(await checkpoint.vae.encode(centre));
});

test('an aborted signal stops before the network runs', async () => {
  const signal = AbortSignal.abort(new Error('interrupted'));
  const input = { x: zeros(1, 4, 8, 8), timesteps: Float32Array.of(1), context: zeros(1, 77, 64) };
  await expect(checkpoint.model.predict(input, { signal })).rejects.toThrow('interrupted');
  await expect(checkpoint.clip.encode('a cat', { signal })).rejects.toThrow('interrupted');
  await expect(checkpoint.vae.decode(zeros(1, 4, 8, 8), { signal })).rejects.toThrow('interrupted');
  await expect(engine.loadCheckpoint(checkpointPath, { signal })).rejects.toThrow('interrupted');
});

describe('the memory budget', () => {
  test('a picture far beyond it is refused at once', async () => {
    await using small = createEngine({ threaded: false, threads: 1, memoryBudgetBytes: 2 ** 30 });
    const { model, vae } = await small.loadCheckpoint(checkpointPath);
    const x = zeros(1, 4, 2048, 2048);
    const refused = { code: 'ENGINE_OUT_OF_MEMORY', message: expect.stringMatching(/2048x2048.*budget is 1\.0 GB/) };
    const context = zeros(1, 77, 64);
    await expect(model.predict({ x, timesteps: Float32Array.of(1), context })).rejects.toMatchObject(refused);
    await expect(vae.decode(x)).rejects.toMatchObject({ code: 'ENGINE_OUT_OF_MEMORY' });
    expect(small.memory().openSessions).toBe(0);
  });

  test('a picture that does not fit at once is decoded and encoded in tiles', async () => {
    const latent = {
      ...zeros(1, 4, 8, 160),
      data: Float32Array.from({ length: 4 * 8 * 160 }, (_, i) => Math.sin(i * 7)),
    };
    await using small = createEngine({ threaded: false, threads: 1, memoryBudgetBytes: 60 * 2 ** 20 });
    const { vae } = await small.loadCheckpoint(checkpointPath);
    const image = await vae.decode(latent);
    const tile = { size: 64, overlap: 16 };
    expect(image).toEqual(await checkpoint.vae.decode(latent, { tile }));
    expect(maxDifference(image.data, (await checkpoint.vae.decode(latent)).data)).toBeGreaterThan(1e-4);
    expect(await vae.encode(image)).toEqual(await checkpoint.vae.encode(image, { tile }));
  });
});

describe('textual inversions', () => {
  const vectorFile = path.join(folder, 'style.safetensors');
  const wideFile = path.join(folder, 'wide.safetensors');

  test('change the encoding where they stand; missing and unfit ones are left out with a warning', async () => {
    const vectors = { data: Float32Array.from({ length: 2 * 64 }, (_, i) => Math.sin(i)), dims: [2, 64] };
    await writeSafetensors(vectorFile, [['emb_params', vectors]]);
    await writeSafetensors(wideFile, [['emb_params', zeros(1, 768)]]);
    const files = new Map([
      ['style', vectorFile],
      ['wide', wideFile],
    ]);
    const warnings: string[] = [];
    const { clip } = await engine.loadCheckpoint(checkpointPath, {
      findEmbedding: async name => files.get(name),
      onWarning: message => warnings.push(message),
    });
    const textOf = async (prompt: string) => (await clip.encode(prompt))[0]?.[0].data ?? [];
    const plain = await textOf('a cat');
    expect(maxDifference(await textOf('a embedding:style cat'), plain)).toBeGreaterThan(0.01);
    expect(warnings).toEqual([]);
    expect(await textOf('a embedding:unknown cat')).toEqual(plain);
    expect(await textOf('a embedding:wide cat')).toEqual(plain);
    expect(warnings[0]).toContain('"unknown"');
    expect(warnings[1]).toContain('768');
  });
});

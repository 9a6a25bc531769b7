import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from '../src/engine.ts';
import { sample } from '../src/sampling/sample.ts';
import type { Tensor } from '../src/tensor/tensor.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snug-'));
const file = path.join(folder, 'mini.safetensors');

beforeAll(() => {
  writeMiniCheckpoint(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Latent and picture of one prompt. */
async function picture(threads: number): Promise<readonly [Tensor, Tensor]> {
  await using engine = createEngine({ threads, deterministic: true });
  const { model, clip, vae } = await engine.loadCheckpoint(file);
  const [positive, negative] = [await clip.encode('a (green:1.3) bottle'), await clip.encode('')];
  const latent = await sample({
    model,
    positive,
    negative,
    latent: { samples: { data: new Float32Array(4 * 12 * 10), dims: [1, 4, 12, 10] } },
    seed: 7n,
    steps: 3,
    cfg: 7,
    sampler: 'dpmpp_2m_sde',
    scheduler: 'karras',
    denoise: 1,
  });
  return [latent, await vae.decode(latent)];
}

describe('a deterministic engine', () => {
  test('gives the same bits with one thread and with two', async () => {
    const [one, two] = [await picture(1), await picture(2)];
    expect(two).toEqual(one);
    expect(one[0].data.some(value => value !== 0)).toBe(true);
  });
});

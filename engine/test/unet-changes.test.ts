import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../src/engine.ts';
import { withGuidancePatch } from '../src/models/guidance-patch.ts';
import type { LoadedCheckpoint, NetworkInput } from '../src/models/model.ts';
import { type DownscaleChange, type NetworkChange, withNetworkPatch } from '../src/models/network-change.ts';
import { selfAttentionGuidance } from '../src/sampling/guidance/self-attention-guidance.ts';
import { perturbedAttentionGuidance } from '../src/sampling/guidance/weakened-model.ts';
import { sample } from '../src/sampling/sample.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { maxDifference } from './golden-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snug-changes-'));
let engine: Engine;
let checkpoint: LoadedCheckpoint;

beforeAll(async () => {
  writeMiniCheckpoint(path.join(folder, 'mini.safetensors'));
  engine = createEngine({ threaded: false, threads: 1 });
  checkpoint = await engine.loadCheckpoint(path.join(folder, 'mini.safetensors'));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Smooth values, different at each place. */
function waves(...dims: number[]): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7) + Math.cos(i * 0.13)), dims };
}

function inputOf(height = 16, width = 16): NetworkInput {
  return { x: waves(2, 4, height, width), timesteps: Float32Array.of(400, 400), context: waves(2, 77, 64) };
}

const predict = (changes: readonly NetworkChange[], input = inputOf()) =>
  checkpoint.model.predict({ ...input, changes });

const downscale: DownscaleChange = {
  kind: 'downscale',
  block: 3,
  factor: 2,
  isAfterSkip: true,
  downscaleMethod: 'bicubic',
  upscaleMethod: 'bicubic',
};
const attentionScale = { kind: 'attention-scale', attention: 'self', query: 1, key: 1, value: 1, out: 1 } as const;
const freeU = { kind: 'free-u', version: 1, backbone: [1, 1], skip: [1, 1] } as const;

describe('changes of the UNet', () => {
  test.each<[string, NetworkChange]>([
    ['FreeU with factors of 1', freeU],
    ['FreeU V2 with factors of 1', { ...freeU, version: 2 }],
    ['self attention factors of 1', attentionScale],
    ['cross attention factors of 1', { ...attentionScale, attention: 'cross' }],
    ['a map that keeps its size', { ...downscale, factor: 1 }],
    ['a map that is kept small and keeps its size', { ...downscale, factor: 1, isAfterSkip: false }],
  ])('%s changes nothing', async (_, change) => {
    const [plain, changed] = [await predict([]), await predict([change])];
    expect(maxDifference(changed.data, plain.data)).toBeLessThan(1e-4);
  });

  test.each<[string, NetworkChange]>([
    ['self attention factors', { ...attentionScale, query: 2 }],
    ['cross attention factors', { ...attentionScale, attention: 'cross', value: 0 }],
    ['a smaller map', downscale],
    ['identity attention', { kind: 'identity-attention' }],
  ])('%s changes the prediction and not its shape, at odd sizes too', async (_, change) => {
    const input = inputOf(13, 17);
    const [plain, changed] = [await predict([], input), await predict([change], input)];
    expect(changed.dims).toEqual([2, 4, 13, 17]);
    expect(changed.data.every(Number.isFinite)).toBe(true);
    expect(maxDifference(changed.data, plain.data)).toBeGreaterThan(1e-3);
  });

  test.each(['bicubic', 'nearest-exact', 'bilinear', 'area'] as const)('maps shrink and grow with %s', async method => {
    for (const isAfterSkip of [true, false]) {
      const change = { ...downscale, factor: 1.7, isAfterSkip, downscaleMethod: method, upscaleMethod: method };
      const { data } = await predict([change], inputOf(11, 24));
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  test('the same change twice is made twice', async () => {
    const once = await predict([{ ...attentionScale, out: 0.25 }]);
    const twice = await predict([
      { ...attentionScale, out: 0.5 },
      { ...attentionScale, out: 0.5 },
    ]);
    expect(maxDifference(twice.data, once.data)).toBeLessThan(1e-5);
  });

  test('another strength needs no other session', async () => {
    await predict([{ ...attentionScale, out: 0.5 }]);
    const before = engine.memory().openSessions;
    await predict([{ ...attentionScale, out: 0.7 }]);
    expect(engine.memory().openSessions).toBe(before);
  });

  test.each<[string, NetworkChange, string]>([
    ['a block that does not exist', { ...downscale, block: 99 }, 'numbered 0 to 11'],
    ['a method that maps are not resized by', { ...downscale, upscaleMethod: 'bislerp' }, 'bislerp'],
    ['a factor of 0', { ...downscale, factor: 0 }, 'downscale_factor must be above 0'],
    ['layers of a transformer', { kind: 'skipped-layers', doubleLayers: [7], singleLayers: [] }, 'SD 3'],
  ])('%s is refused', async (_, change, message) => {
    await expect(predict([change])).rejects.toThrow(message);
  });

  test('numbers that are none are refused where the patch is made', () => {
    const change = { ...freeU, skip: [Number.NaN, 1] } as const;
    expect(() => withNetworkPatch(checkpoint.model, { change })).toThrow('free-u: skip must be a finite number');
  });
});

describe('the attention map of the middle block', () => {
  test('has the size of the coarsest map and a mean of 1', async () => {
    const map = await checkpoint.model.attention?.(inputOf(17, 24));
    expect(map?.dims).toEqual([2, 3, 3]);
    const sums = [0, 1].map(item => map?.data.subarray(item * 9, item * 9 + 9).reduce((sum, value) => sum + value, 0));
    for (const sum of sums) expect(sum).toBeCloseTo(9, 4);
  });
});

describe('guidance that asks the network again', () => {
  const options = () => ({
    positive: [[waves(1, 77, 64), {}]] as const,
    negative: [[{ ...waves(1, 77, 64), data: new Float32Array(77 * 64) }, {}]] as const,
    latent: { samples: { data: new Float32Array(4 * 12 * 12), dims: [1, 4, 12, 12] } },
    seed: 1n,
    steps: 2,
    cfg: 4,
    sampler: 'euler',
    scheduler: 'normal',
    denoise: 1,
  });

  test('perturbed attention changes the picture, a scale of 0 does not', async () => {
    const { model } = checkpoint;
    const [plain, none, some] = await Promise.all(
      [
        model,
        withGuidancePatch(model, perturbedAttentionGuidance(0)),
        withGuidancePatch(model, perturbedAttentionGuidance(3)),
      ].map(patched => sample({ ...options(), model: patched })),
    );
    expect(none?.data).toEqual(plain?.data);
    expect(maxDifference(some!.data, plain!.data)).toBeGreaterThan(1e-3);
  });

  test('self-attention guidance changes the picture, and needs room for its blur', async () => {
    const model = withGuidancePatch(checkpoint.model, selfAttentionGuidance({ scale: 0.5, blurSigma: 2 }));
    const [plain, guided] = [
      await sample({ ...options(), model: checkpoint.model }),
      await sample({ ...options(), model }),
    ];
    expect(maxDifference(guided.data, plain.data)).toBeGreaterThan(1e-3);
    const small = { samples: { data: new Float32Array(4 * 16), dims: [1, 4, 4, 4] } };
    await expect(sample({ ...options(), model, latent: small })).rejects.toThrow('more than 4 cells');
  });

  test('changes are made in their part of the denoising alone', async () => {
    const late = { change: { ...attentionScale, out: 0 }, startPercent: 1, endPercent: 1 } as const;
    const [plain, never] = [
      await sample({ ...options(), model: checkpoint.model }),
      await sample({ ...options(), model: withNetworkPatch(checkpoint.model, late) }),
    ];
    expect(never.data).toEqual(plain.data);
  });
});

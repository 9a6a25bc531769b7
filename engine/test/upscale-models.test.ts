import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../src/engine.ts';
import { EngineError } from '../src/errors.ts';
import { encodeSafetensors } from '../src/formats/write-safetensors.ts';
import type { UpscaleModel } from '../src/models/upscale/upscale-model.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { maxDifference } from './golden-files.ts';
import { computedCompact, tinyCompact } from './tiny-compact.ts';
import { asTorch, computed, type Planes, renamed, renamings, type TinyRrdb, tinyRrdb } from './tiny-rrdb.ts';
import { torchArchive, torchStream } from './torch-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'upscale-'));
let engine: Engine;
beforeAll(() => {
  engine = createEngine({ threads: 1, threaded: false });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

let count = 0;
function load(bytes: Uint8Array, extension = 'safetensors'): Promise<UpscaleModel> {
  const file = path.join(folder, `${count++}.${extension}`);
  writeFileSync(file, bytes);
  return engine.loadUpscaleModel(file);
}

const plain = (net: TinyRrdb): Uint8Array => encodeSafetensors(net.weights);
const TOLERANCE = 2e-6;

/** Colours that differ everywhere. */
function picture(height: number, width: number, channels = 3, batch = 1): Tensor {
  const data = Float32Array.from({ length: batch * height * width * channels }, (_, i) => ((i * 37) % 101) / 100);
  return { data, dims: [batch, height, width, channels] };
}

function planesOf({ data, dims }: Tensor): Planes {
  const [, height = 0, width = 0, channels = 0] = dims;
  const plane = (channel: number) =>
    Float32Array.from({ length: height * width }, (_, i) => data[i * channels + channel]!);
  return { channels: [0, 1, 2].map(plane), height, width };
}

/** What the model should make of a picture, as nodes exchange pictures. */
function expected(net: TinyRrdb, image: Tensor): Tensor {
  const { channels, height, width } = computed(net, planesOf(image));
  const data = Float32Array.from({ length: height * width * 3 }, (_, i) => {
    return Math.min(Math.max(channels[i % 3]?.[Math.floor(i / 3)] ?? Number.NaN, 0), 1);
  });
  return { data, dims: [1, height, width, 3] };
}

async function requireSame(model: UpscaleModel, net: TinyRrdb, image: Tensor): Promise<void> {
  const actual = await model.upscale(image);
  const wanted = expected(net, image);
  expect(actual.dims).toEqual(wanted.dims);
  expect(maxDifference(actual.data, wanted.data)).toBeLessThan(TOLERANCE);
  // A picture that is clamped everywhere would say nothing.
  expect(wanted.data.filter(value => value > 0 && value < 1).length).toBeGreaterThan(wanted.data.length / 3);
}

describe('an upscale model', () => {
  const cases = Object.entries(renamings).flatMap(([layout, rename]) =>
    [0, 1, 2, 3].map(doublings => ({ layout, rename, doublings, scale: 2 ** doublings })),
  );
  test.each(cases)('of scale $scale with the keys of $layout computes what the paper says', async one => {
    const net = tinyRrdb({ doublings: one.doublings });
    const model = await load(encodeSafetensors(renamed(net, one.rename(net))));
    expect(model).toMatchObject({ architecture: 'ESRGAN', scale: one.scale });
    await requireSame(model, net, picture(5, 7));
  });

  test.each([
    { unshuffle: 2, scale: 2 },
    { unshuffle: 4, scale: 1 },
  ])(
    'of scale $scale that takes blocks of $unshuffle pixels computes what the paper says',
    async ({ unshuffle, scale }) => {
      const net = tinyRrdb({ unshuffle });
      const model = await load(plain(net));
      expect(model.scale).toBe(scale);
      await requireSame(model, net, picture(8, 12));
    },
  );

  test.each([1, 2, 3, 4])('of the compact kind and scale %i computes what its definition says', async scale => {
    const net = tinyCompact(scale);
    const model = await load(encodeSafetensors(net));
    expect(model).toMatchObject({ architecture: 'Real-ESRGAN Compact', scale });
    const image = picture(5, 4);
    const { channels } = computedCompact(net, planesOf(image), scale);
    const { data, dims } = await model.upscale(image);
    expect(dims).toEqual([1, 5 * scale, 4 * scale, 3]);
    const wanted = data.map((_, i) => Math.min(Math.max(channels[i % 3]?.[Math.floor(i / 3)] ?? Number.NaN, 0), 1));
    expect(maxDifference(data, wanted)).toBeLessThan(TOLERANCE);
  });

  test('that takes blocks of pixels mirrors what is missing at the bottom and the right', async () => {
    const net = tinyRrdb({ unshuffle: 2 });
    const model = await load(plain(net));
    const image = picture(5, 6);
    const pixel = (y: number, x: number, c: number) => image.data[(y * 6 + x) * 3 + c]!;
    const mirrored = (place: number, length: number) => (place < length ? place : 2 * (length - 1) - place);
    const padded = Float32Array.from({ length: 8 * 8 * 3 }, (_, i) => {
      return pixel(mirrored(Math.floor(i / 24), 5), mirrored(Math.floor(i / 3) % 8, 6), i % 3);
    });
    const wanted = expected(net, { data: padded, dims: [1, 8, 8, 3] });
    const { data, dims } = await model.upscale(image);
    expect(dims).toEqual([1, 10, 12, 3]);
    const cropped = Array.from({ length: 10 * 12 * 3 }, (_, i) => {
      return wanted.data[(Math.floor(i / 36) * 16 + (Math.floor(i / 3) % 12)) * 3 + (i % 3)]!;
    });
    expect(maxDifference(data, cropped)).toBeLessThan(TOLERANCE);
  });

  test('may be half-precision, in a wrapper, behind a prefix, in a file of PyTorch of either kind', async () => {
    const net = tinyRrdb();
    const image = picture(4, 4);
    const wanted = expected(net, image);
    const weights = asTorch(renamed(net, name => `module.${name}`));
    for (const bytes of [torchArchive(new Map([['params_ema', weights]])), torchStream(weights)]) {
      const { data } = await (await load(bytes, 'pth')).upscale(image);
      expect(maxDifference(data, wanted.data)).toBeLessThan(TOLERANCE);
    }
    const { data } = await (await load(encodeSafetensors(net.weights, { dtype: 'F16' }))).upscale(image);
    expect(maxDifference(data, wanted.data)).toBeLessThan(2e-3);
  });

  test('treats every picture of a batch alone, and leaves alpha out', async () => {
    const net = tinyRrdb({ doublings: 1 });
    const model = await load(plain(net));
    const batch = picture(4, 5, 4, 3);
    const { data, dims } = await model.upscale(batch);
    expect(dims).toEqual([3, 8, 10, 3]);
    for (let index = 0; index < 3; index++) {
      const one = { data: batch.data.subarray(index * 80, (index + 1) * 80), dims: [1, 4, 5, 4] };
      const part = data.subarray(index * 240, (index + 1) * 240);
      expect(maxDifference(part, expected(net, one).data)).toBeLessThan(TOLERANCE);
    }
  });

  test.each([1, 2, 4])('takes a picture of one pixel, with blocks of %i', async unshuffle => {
    const model = await load(plain(tinyRrdb({ unshuffle })));
    const { data, dims } = await model.upscale(picture(1, 1));
    expect(dims).toEqual([1, model.scale, model.scale, 3]);
    expect(data.every(value => value >= 0 && value <= 1)).toBe(true);
  });

  test('works in tiles, says so after each, and the seams do not show', async () => {
    const net = tinyRrdb({ doublings: 1, blocks: 1 });
    const model = await load(plain(net));
    const image = picture(20, 33);
    const reports: string[] = [];
    const tile = { size: 16, overlap: 8 };
    const tiled = await model.upscale(image, { tile, onTile: (done, total) => reports.push(`${done}/${total}`) });
    expect(reports).toEqual(['1/8', '2/8', '3/8', '4/8', '5/8', '6/8', '7/8', '8/8']);
    expect(maxDifference(tiled.data, expected(net, image).data)).toBeLessThan(0.2);
    expect(tiled.dims).toEqual([1, 40, 66, 3]);
  });

  test('stops between two tiles when it is interrupted', async () => {
    const model = await load(plain(tinyRrdb({ doublings: 1 })));
    const controller = new AbortController();
    const reason = new Error('enough');
    let tiles = 0;
    const onTile = (): void => {
      if (++tiles === 2) controller.abort(reason);
    };
    const options = { tile: { size: 8, overlap: 2 }, onTile, signal: controller.signal };
    await expect(model.upscale(picture(30, 30), options)).rejects.toBe(reason);
    expect(tiles).toBe(2);
  });

  test.each<[string, Tensor]>([
    ['of one channel', picture(4, 4, 1)],
    ['without pixels', picture(0, 4)],
    ['without pictures', picture(4, 4, 3, 0)],
    ['that are no list', { data: new Float32Array(48), dims: [4, 4, 3] }],
    ['with NaN', { ...picture(4, 4), data: picture(4, 4).data.fill(Number.NaN, 7, 8) }],
  ])('refuses pictures %s', async (_, image) => {
    const model = await load(plain(tinyRrdb()));
    await expect(model.upscale(image)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('refuses what would not fit into the memory budget before it begins', async () => {
    await using small = createEngine({ threads: 1, threaded: false, memoryBudgetBytes: 2 ** 22 });
    const file = path.join(folder, 'small-budget.safetensors');
    writeFileSync(file, plain(tinyRrdb({ doublings: 3 })));
    const model = await small.loadUpscaleModel(file);
    await expect(model.upscale(picture(64, 64))).rejects.toMatchObject({ code: 'ENGINE_OUT_OF_MEMORY' });
  });
});

describe('a file that is no upscale model of a known kind', () => {
  const one = { data: Float32Array.of(1), dims: [1] };
  const fileWith = (...keys: string[]): Uint8Array => encodeSafetensors(keys.map(key => [key, one] as const));

  test.each([
    ['a LoRA', fileWith('lora_unet_down_blocks_0.lora_up.weight')],
    [
      'a checkpoint',
      fileWith('model.diffusion_model.input_blocks.0.0.weight', 'first_stage_model.encoder.conv_in.weight'),
    ],
    ['a VAE', fileWith('decoder.conv_in.weight')],
    ['a ControlNet', fileWith('control_model.input_blocks.0.0.weight')],
    ['a textual inversion', fileWith('emb_params')],
    ['SwinIR', fileWith('layers.0.residual_group.blocks.0.attn.qkv.weight')],
    ['DAT', fileWith('layers.0.blocks.0.attn.attns.0.pos.weight')],
    ['its first tensor is "something"', fileWith('something')],
    ['a file without tensors', encodeSafetensors([])],
  ])('is refused as what it looks like: %s', async (looks, bytes) => {
    const error = await load(bytes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(looks) });
    expect(String(error)).toContain('Real-ESRGAN');
  });

  const without = (name: string): Uint8Array =>
    encodeSafetensors([...tinyRrdb().weights].filter(([key]) => key !== name));
  const withOther = (name: string, data: Float32Array, dims: readonly number[]): Uint8Array =>
    encodeSafetensors([...new Map(tinyRrdb().weights).set(name, { data, dims })]);

  const compactWith = (name: string, data: Float32Array, dims: readonly number[]): Uint8Array =>
    encodeSafetensors([...new Map(tinyCompact(2)).set(name, { data, dims })]);

  test.each([
    [
      'its compact network does not fit together',
      compactWith('body.3.weight', new Float32Array(6), [6]),
      'MODEL_INCONSISTENT',
    ],
    [
      'its compact network makes no whole blocks',
      compactWith('body.4.weight', new Float32Array(9 * 5 * 5), [5, 5, 3, 3]),
      'MODEL_UNSUPPORTED',
    ],
    ['a weight is missing', without('body.1.rdb2.conv3.weight'), 'TENSOR_MISSING'],
    ['the last layer is missing', without('conv_last.weight'), 'TENSOR_MISSING'],
    [
      'a weight has another shape',
      withOther('conv_hr.weight', new Float32Array(4 * 3 * 9), [4, 3, 3, 3]),
      'MODEL_INCONSISTENT',
    ],
    ['it makes gray pictures', withOther('conv_last.weight', new Float32Array(36), [1, 4, 3, 3]), 'MODEL_UNSUPPORTED'],
    ['it takes gray pictures', withOther('conv_first.weight', new Float32Array(36), [4, 1, 3, 3]), 'MODEL_UNSUPPORTED'],
    ['it is ESRGAN+', withOther('body.0.rdb1.conv1x1.weight', new Float32Array(12), [3, 4, 1, 1]), 'MODEL_UNSUPPORTED'],
    ['it is cut off', plain(tinyRrdb()).subarray(0, 9000), 'SAFETENSORS_DAMAGED'],
    ['it is an HTML page', Buffer.from('<!DOCTYPE html><html></html>'), 'SAFETENSORS_DAMAGED'],
  ])('is refused when %s', async (_, bytes, code) => {
    await expect(load(bytes)).rejects.toMatchObject({ code });
  });
});

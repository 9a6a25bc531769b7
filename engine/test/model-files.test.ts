import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../src/engine.ts';
import { openSafetensors, type SafetensorsFile } from '../src/formats/safetensors.ts';
import { type RawTensor, writeSafetensors } from '../src/formats/write-safetensors.ts';
import type { LoadedCheckpoint } from '../src/models/model.ts';
import type { Tensor } from '../src/tensor/tensor.ts';
import { maxDifference } from './golden-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snug-models-'));
const checkpointPath = path.join(folder, 'mini.safetensors');
let engine: Engine;
let original: SafetensorsFile;
let checkpoint: LoadedCheckpoint;
let nextFile = 0;

beforeAll(async () => {
  writeMiniCheckpoint(checkpointPath);
  engine = createEngine({ threaded: false, threads: 1 });
  original = await openSafetensors(checkpointPath);
  checkpoint = await engine.loadCheckpoint(checkpointPath);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Any fixed numbers between -1 and 1. */
function numbers(...dims: number[]): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return { data: Float32Array.from({ length: count }, (_, index) => Math.sin(index * 12.9898)), dims };
}

/** A file with the tensors of the checkpoint whose new name is not undefined. */
async function rewritten(
  rename: (key: string) => string | undefined,
  convert: (raw: RawTensor, key: string) => Promise<RawTensor | Tensor> = async raw => raw,
): Promise<string> {
  const tensors: [string, RawTensor | Tensor][] = [];
  for (const [key, { dtype, shape }] of original.tensors) {
    const name = rename(key);
    if (name !== undefined)
      tensors.push([name, await convert({ dtype, shape, bytes: await original.readRaw(key) }, key)]);
  }
  const target = path.join(folder, `${nextFile++}.safetensors`);
  await writeSafetensors(target, tensors);
  return target;
}

async function fileWithKeys(...keys: string[]): Promise<string> {
  const target = path.join(folder, `${nextFile++}.safetensors`);
  await writeSafetensors(
    target,
    keys.map(key => [key, numbers(4)] as const),
  );
  return target;
}

describe('loading a checkpoint says what a file is instead', () => {
  const unet = 'model.diffusion_model.input_blocks.0.0.weight';
  const text = 'cond_stage_model.transformer.text_model.embeddings.token_embedding.weight';
  test.each([
    ['a LoRA', ['lora_unet_down_blocks_0.lora_up.weight', 'lora_unet_down_blocks_0.lora_down.weight']],
    ['a LoRA', ['unet.down_blocks.0.attn.to_q.lora_A.weight']],
    ['an SDXL checkpoint', [unet, 'conditioner.embedders.0.transformer.text_model.final_layer_norm.weight']],
    ['an SD 2.x checkpoint', [unet, 'cond_stage_model.model.ln_final.weight']],
    ['a Flux model', ['double_blocks.0.img_attn.qkv.weight']],
    ['an SD 3 model', ['model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight']],
    ['a ControlNet', ['control_model.input_blocks.0.0.weight']],
    ['a UNet in diffusers layout', ['down_blocks.0.resnets.0.conv1.weight', 'conv_in.weight']],
    ['a VAE without a diffusion model', ['decoder.conv_in.weight', 'encoder.conv_in.weight']],
    ['a text encoder without a diffusion model', ['text_model.final_layer_norm.weight']],
    ['a textual inversion', ['emb_params']],
    ['no model of a known kind', ['something.else']],
    ['a checkpoint without a text encoder', [unet, 'first_stage_model.decoder.conv_in.weight']],
    ['a checkpoint without a VAE', [unet, text]],
  ])('%s', async (kind, keys) => {
    await expect(engine.loadCheckpoint(await fileWithKeys(...keys))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining(` is ${kind}. `),
    });
  });

  test('a file that was cut off', async () => {
    const target = path.join(folder, 'cut.safetensors');
    writeFileSync(target, readFileSync(checkpointPath).subarray(0, 1_000_000));
    await expect(engine.loadCheckpoint(target)).rejects.toMatchObject({ code: 'SAFETENSORS_DAMAGED' });
  });

  test('a file that does not exist', async () => {
    await expect(engine.loadCheckpoint(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test.each([
    ['a block of the UNet is missing', 'model.diffusion_model.input_blocks.5.', 'MODEL_INCONSISTENT'],
    ['a weight of the UNet is missing', 'model.diffusion_model.input_blocks.4.1.proj_in.weight', 'TENSOR_MISSING'],
    ['a level of the VAE is missing', 'first_stage_model.decoder.up.2.', 'MODEL_INCONSISTENT'],
    ['a layer of the text encoder lacks a weight', '.layers.1.mlp.fc2.weight', 'TENSOR_MISSING'],
  ])('%s', async (_, missing, code) => {
    const target = await rewritten(key => (key.includes(missing) ? undefined : key));
    await expect(engine.loadCheckpoint(target)).rejects.toMatchObject({ code });
  });

  test('a weight of integers', async () => {
    const name = 'model.diffusion_model.out.2.weight';
    const target = await rewritten(
      key => key,
      async (raw, key) => (key === name ? { ...raw, dtype: 'I16' } : raw),
    );
    await expect(engine.loadCheckpoint(target)).rejects.toMatchObject({
      code: 'WEIGHT_TYPE_UNSUPPORTED',
      details: { name, dtype: 'I16' },
    });
  });
});

describe('weights in other types compute', () => {
  const input = { x: numbers(1, 4, 8, 8), timesteps: Float32Array.of(321), context: numbers(1, 77, 64) };
  const withType = (dtype: 'F32' | 'BF16' | 'F8_E4M3') => {
    return rewritten(
      key => key,
      async (raw, key) => convertHalf(raw, await original.readTensor(key), dtype),
    );
  };

  test('float32: the same', async () => {
    const { model, clip } = await engine.loadCheckpoint(await withType('F32'));
    const expected = await checkpoint.model.predict(input);
    expect(maxDifference((await model.predict(input)).data, expected.data)).toBeLessThan(1e-6);
    const [text] = await clip.encode('a cat');
    const [expectedText] = await checkpoint.clip.encode('a cat');
    expect(maxDifference(text?.[0].data ?? [], expectedText?.[0].data ?? [])).toBeLessThan(1e-6);
  });

  test.each([
    ['BF16', 0.1],
    ['F8_E4M3', 1.5],
  ] as const)('%s: the same but for the rounding of the weights', async (dtype, tolerance) => {
    const { model } = await engine.loadCheckpoint(await withType(dtype));
    const expected = await checkpoint.model.predict(input);
    const difference = maxDifference((await model.predict(input)).data, expected.data);
    expect(difference).toBeGreaterThan(1e-4);
    expect(difference).toBeLessThan(tolerance);
  });

  test('folded instead of streamed: the same', async () => {
    await using folding = createEngine({ threaded: false, threads: 1, weights: 'folded' });
    const { model } = await folding.loadCheckpoint(checkpointPath);
    const expected = await checkpoint.model.predict(input);
    expect(maxDifference((await model.predict(input)).data, expected.data)).toBeLessThan(1e-5);
  });
});

/** Weights of the checkpoint are halves; other types are cut from their float32 bits or rounded to three bits of fraction. */
function convertHalf(raw: RawTensor, { data, dims }: Tensor, dtype: 'F32' | 'BF16' | 'F8_E4M3'): RawTensor {
  if (dtype === 'F32') return { dtype, shape: dims, bytes: new Uint8Array(data.slice().buffer) };
  if (dtype === 'BF16') {
    const halves = Uint16Array.from(new Uint32Array(data.slice().buffer), bits => (bits + 0x8000) >>> 16);
    return { dtype, shape: dims, bytes: new Uint8Array(halves.buffer) };
  }
  // Only matrices and kernels, as in such files; the smallest normal value of the type is 2^-6.
  if (dims.length < 2 || dims[0] === 49408) return raw;
  return { dtype, shape: dims, bytes: Uint8Array.from(data, float8Bits) };
}

function float8Bits(value: number): number {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? 0x80 : 0;
  if (magnitude < 2 ** -6) return sign | Math.round(magnitude / 2 ** -9);
  const exponent = Math.floor(Math.log2(magnitude));
  return sign | (((exponent + 7) << 3) + Math.round((magnitude / 2 ** exponent - 1) * 8));
}

describe('a VAE in a file of its own', () => {
  const latent = numbers(1, 4, 4, 6);
  const image = numbers(1, 24, 32, 3);
  const vaeKey = (key: string) =>
    key.startsWith('first_stage_model.') ? key.slice('first_stage_model.'.length) : undefined;

  async function expectSameVae(target: string): Promise<void> {
    const vae = await engine.loadVae(target);
    expect([vae.downscale, vae.latentChannels]).toEqual([8, 4]);
    expect(await vae.decode(latent)).toEqual(await checkpoint.vae.decode(latent));
    expect(await vae.encode(image)).toEqual(await checkpoint.vae.encode(image));
  }

  test('with the names of a checkpoint', async () => {
    await expectSameVae(await rewritten(key => vaeKey(key) && key));
    await expectSameVae(checkpointPath);
  });

  test('without their prefix', async () => expectSameVae(await rewritten(vaeKey)));

  test('with the names of diffusers, now and formerly', async () => {
    const squeeze = async (raw: RawTensor, key: string): Promise<RawTensor> =>
      key.includes('attn_1') ? { ...raw, shape: raw.shape.slice(0, 2) } : raw;
    for (const attention of [
      ['to_q', 'to_k', 'to_v', 'to_out.0'],
      ['query', 'key', 'value', 'proj_attn'],
    ]) {
      const rename = (key: string) => diffusersName(vaeKey(key), attention);
      await expectSameVae(await rewritten(rename, squeeze));
    }
  });

  test('or something else', async () => {
    await expect(engine.loadVae(await fileWithKeys('decoder.1.weight'))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('TAESD'),
    });
    await expect(engine.loadVae(await fileWithKeys('other'))).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });
});

/** Written out key by key, the other way round than the loader does it; the checkpoint has four levels of one block each. */
function diffusersName(key: string | undefined, [q, k, v, out]: readonly string[]): string | undefined {
  if (key === undefined) return undefined;
  const table: [RegExp, string][] = [
    [/^encoder\.down\.(\d)\.block\.(\d)\.(.*)/, 'encoder.down_blocks.$1.resnets.$2.$3'],
    [/^encoder\.down\.(\d)\.downsample\.conv\.(.*)/, 'encoder.down_blocks.$1.downsamplers.0.conv.$2'],
    [/^(.*)\.mid\.block_1\.(.*)/, '$1.mid_block.resnets.0.$2'],
    [/^(.*)\.mid\.block_2\.(.*)/, '$1.mid_block.resnets.1.$2'],
    [/^(.*)\.mid\.attn_1\.norm\.(.*)/, '$1.mid_block.attentions.0.group_norm.$2'],
    [/^(.*)\.mid\.attn_1\.q\.(.*)/, `$1.mid_block.attentions.0.${q}.$2`],
    [/^(.*)\.mid\.attn_1\.k\.(.*)/, `$1.mid_block.attentions.0.${k}.$2`],
    [/^(.*)\.mid\.attn_1\.v\.(.*)/, `$1.mid_block.attentions.0.${v}.$2`],
    [/^(.*)\.mid\.attn_1\.proj_out\.(.*)/, `$1.mid_block.attentions.0.${out}.$2`],
    [/^(.*)\.norm_out\.(.*)/, '$1.conv_norm_out.$2'],
  ];
  const up = /^decoder\.up\.(\d)\.(block|upsample)\.(.*)/.exec(key);
  if (up) {
    const level = `decoder.up_blocks.${3 - Number(up[1])}`;
    return up[2] === 'block' ? `${level}.resnets.${up[3]}` : `${level}.upsamplers.0.${up[3]}`;
  }
  const rule = table.find(([pattern]) => pattern.test(key));
  return rule ? key.replace(rule[0], rule[1]) : key;
}

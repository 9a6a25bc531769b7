import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, expect, test } from 'vitest';
import { createEngine } from '../src/engine.ts';
import { openSafetensors } from '../src/formats/safetensors.ts';
import { openGolden } from './golden-files.ts';
import { type TorchTensor, type TorchValue, torchArchive, torchStream } from './torch-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'torch-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a checkpoint computes the same from a .ckpt file of either container as from a .safetensors file', async () => {
  await using engine = createEngine({ threads: 1, threaded: false });
  const original = path.join(folder, 'mini.safetensors');
  writeMiniCheckpoint(original);
  const file = await openSafetensors(original);
  const weights = new Map<string, TorchTensor>();
  for (const [name, { dtype, shape }] of file.tensors) {
    weights.set(name, { dtype, shape, bytes: await file.readRaw(name) });
  }
  const contents: TorchValue = new Map<string, TorchValue>([
    ['epoch', 3],
    ['state_dict', weights],
  ]);
  const golden = await openGolden('modules', 'mini_unet.safetensors');
  const [x, context] = [await golden.readTensor('x'), await golden.readTensor('context')];
  const { data: timesteps } = await golden.readTensor('timesteps');
  const predicted = async (checkpoint: string): Promise<Float32Array> => {
    const { model, clip } = await engine.loadCheckpoint(checkpoint);
    expect(await clip.encode('a photo of a cat')).toHaveLength(1);
    return (await model.predict({ x, context, timesteps })).data;
  };
  const wanted = await predicted(original);
  for (const [name, write] of Object.entries({ 'new.ckpt': torchArchive, 'old.ckpt': torchStream })) {
    const target = path.join(folder, name);
    writeFileSync(target, write(contents));
    expect(await predicted(target)).toEqual(wanted);
  }
});

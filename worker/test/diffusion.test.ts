// Real diffusion through host and child, on a tiny checkpoint with random weights.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPngTexts } from '@snug/engine';
import { writeMiniCheckpoint } from '@snug/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHostBench, type HostBench, promptOf } from './host-bench.ts';

let bench: HostBench;
beforeAll(async () => {
  bench = await createHostBench();
  await bench.host.start();
  await bench.host.ready();
  const models = join(bench.folder, 'models', 'checkpoints');
  writeMiniCheckpoint(join(models, 'mini.safetensors'));
  const whole = await readFile(join(models, 'mini.safetensors'));
  await writeFile(join(models, 'truncated.safetensors'), whole.subarray(0, 100_000));
  await writeFile(join(models, 'text.safetensors'), 'this is no model');
});
afterAll(() => bench.close());

const prompt = (options: { checkpoint?: string; seed?: number; steps?: number; size?: number } = {}) => ({
  4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: options.checkpoint ?? 'mini.safetensors' } },
  5: {
    class_type: 'EmptyLatentImage',
    inputs: { width: options.size ?? 64, height: options.size ?? 64, batch_size: 1 },
  },
  6: { class_type: 'CLIPTextEncode', inputs: { text: 'a (red:1.2) apple', clip: ['4', 1] } },
  7: { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['4', 1] } },
  3: {
    class_type: 'KSampler',
    inputs: {
      seed: options.seed ?? 1,
      steps: options.steps ?? 2,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  8: { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  9: { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'apple' } },
});

const lastMessageOf = async (promptId: string) =>
  JSON.parse((await bench.finished(promptId)).result.messagesJson).at(-1) as [string, Record<string, unknown>];

describe('diffusion in the child', () => {
  it('makes a picture that carries its prompt, and gives the memory back when asked', async () => {
    const outcome = await bench.host.validate(promptOf(prompt()), { targets: null });
    expect(outcome).toMatchObject({ ok: true, outputs: ['9'] });
    await bench.submit('apple', prompt(), ['9']);
    expect((await lastMessageOf('apple'))[0]).toBe('execution_success');
    const picture = await readFile(join(bench.folder, 'output', 'apple_00001_.png'));
    const texts = new Map(await readPngTexts(picture));
    expect(JSON.parse(texts.get('prompt') ?? '')['6'].inputs.text).toBe('a (red:1.2) apple');

    expect((await bench.host.stats()).openSessions).toBeGreaterThan(0);
    await bench.host.free({ unloadModels: true, freeMemory: false });
    expect((await bench.host.stats()).openSessions).toBe(0);
  });

  it('stops between two steps when interrupted, and the next prompt runs in the same child', async () => {
    await bench.submit('long', prompt({ seed: 2, steps: 10_000 }), ['9']);
    await bench.event(
      event =>
        event.kind === 'run' &&
        event.promptId === 'long' &&
        event.event.type === 'progress' &&
        event.event.data.value > 1,
    );
    await bench.host.interrupt('long');
    expect(await lastMessageOf('long')).toMatchObject([
      'execution_interrupted',
      { node_id: '3', node_type: 'KSampler' },
    ]);
    await bench.submit('next', prompt({ seed: 3 }), ['9']);
    const [type] = await lastMessageOf('next');
    expect(type).toBe('execution_success');
    const [, cached] = JSON.parse((await bench.finished('next')).result.messagesJson)[1];
    expect(cached.nodes).toContain('4');
  });

  it.each([
    ['truncated.safetensors', /truncated\.safetensors/],
    ['text.safetensors', /text\.safetensors/],
    ['gone.safetensors', /There is no file "gone\.safetensors"/],
  ])('fails on %s with a message that names it, and goes on', async (checkpoint, message) => {
    await bench.submit(checkpoint, prompt({ checkpoint }), ['9']);
    expect(await lastMessageOf(checkpoint)).toMatchObject([
      'execution_error',
      { node_id: '4', node_type: 'CheckpointLoaderSimple', exception_message: expect.stringMatching(message) },
    ]);
  });

  it('refuses a picture that would not fit into memory, and goes on', async () => {
    await bench.submit('huge', prompt({ size: 16384, steps: 1 }), ['9']);
    const [type, data] = await lastMessageOf('huge');
    expect(type).toBe('execution_error');
    expect(data).toMatchObject({ exception_message: expect.stringMatching(/memory/i) });
    await bench.submit('small', prompt({ seed: 4 }), ['9']);
    expect((await lastMessageOf('small'))[0]).toBe('execution_success');
  });
});

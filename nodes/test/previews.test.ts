// Previews by a tiny decoder, and what happens where it is missing or broken.
import type { Engine, Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { fakeCheckpoint } from './fake-checkpoint.ts';
import { createNodeBench, errorOf } from './node-bench.ts';

const node = (class_type: string, inputs: object) => ({ class_type, inputs });

const prompt = {
  4: node('CheckpointLoaderSimple', { ckpt_name: 'a.safetensors' }),
  5: node('EmptyLatentImage', { width: 64, height: 32, batch_size: 2 }),
  6: node('CLIPTextEncode', { text: 'a', clip: ['4', 1] }),
  3: node('KSampler', {
    model: ['4', 0],
    positive: ['6', 0],
    negative: ['6', 0],
    latent_image: ['5', 0],
    seed: 1,
    steps: 3,
    cfg: 1,
    sampler_name: 'euler',
    scheduler: 'normal',
    denoise: 1,
  }),
  8: node('VAEDecode', { samples: ['3', 0], vae: ['4', 2] }),
  9: node('PreviewImage', { images: ['8', 0] }),
};

interface Files {
  readonly [name: string]: string;
}

function benchOf(vae_approx: Files, decode: (latents: Tensor) => Promise<Tensor>) {
  const warnings: string[] = [];
  const opened: string[] = [];
  const engine: Partial<Engine> = {
    loadCheckpoint: async () => fakeCheckpoint().checkpoint,
    loadTinyDecoder: async path => {
      opened.push(path);
      return { latentChannels: 4, decode };
    },
  };
  const models = { checkpoints: { 'a.safetensors': '/a.safetensors' }, vae_approx };
  const settings = { previewMethod: 'none', previewSize: 64 } as const;
  return { bench: createNodeBench({ engine, models, settings, warn: text => warnings.push(text) }), warnings, opened };
}

const taesd = { extraData: { preview_method: 'taesd' } };

/** A picture of 8 pixels per cell, all of it grey. */
const grey = async ({ dims: [, , height = 0, width = 0] }: Tensor): Promise<Tensor> => ({
  data: new Float32Array(3 * 64 * height * width),
  dims: [1, 3, 8 * height, 8 * width],
});

describe('previews by a tiny decoder', () => {
  it('show the first picture of the batch in each step', async () => {
    const seen: (readonly number[])[] = [];
    const { bench, warnings, opened } = benchOf({ 'taesd_decoder.safetensors': '/tiny' }, latents => {
      seen.push(latents.dims);
      return grey(latents);
    });
    const run = await bench.run(prompt, ['9'], taesd);
    expect(errorOf(run)).toBeUndefined();
    expect(run.events.filter(event => event.type === 'preview')).toHaveLength(3);
    expect(seen).toEqual(Array(3).fill([1, 4, 4, 8]));
    expect([opened, warnings]).toEqual([['/tiny'], []]);
  });

  it('are linear, with one warning that names the file, where it is missing', async () => {
    const { bench, warnings } = benchOf({ 'taesdxl_decoder.safetensors': '/other' }, grey);
    const run = await bench.run(prompt, ['9'], taesd);
    expect(run.events.filter(event => event.type === 'preview')).toHaveLength(3);
    expect(warnings).toEqual([expect.stringContaining('there is no taesd_decoder.safetensors')]);
  });

  it('are linear from the step on in which it fails', async () => {
    const { bench, warnings } = benchOf({ 'taesd_decoder.safetensors': '/tiny' }, async () => {
      throw new Error('out of memory');
    });
    const run = await bench.run(prompt, ['9'], taesd);
    expect(errorOf(run)).toBeUndefined();
    expect(run.events.filter(event => event.type === 'preview')).toHaveLength(3);
    expect(warnings).toEqual([expect.stringContaining('out of memory')]);
  });

  it('are not made when the prompt wants none', async () => {
    const { bench, opened } = benchOf({ 'taesd_decoder.safetensors': '/tiny' }, grey);
    await bench.run(prompt, ['9'], { extraData: { preview_method: 'none' } });
    expect(opened).toEqual([]);
  });
});

describe('a tiny autoencoder', () => {
  const info = (files: Files) => {
    const { bench } = benchOf(files, grey);
    const { inputs } = bench.node('VAELoader').definition;
    return (typeof inputs === 'function' ? inputs(bench.env) : inputs)['vae_name']?.choices;
  };

  it('is offered as a VAE when both of its files are there', () => {
    expect(info({ 'taesd_decoder.safetensors': '/d' })).toEqual(['pixel_space']);
    expect(info({ 'taesd_decoder.safetensors': '/d', 'taesd_encoder.safetensors': '/e' })).toEqual([
      'taesd',
      'pixel_space',
    ]);
  });

  it('is opened from both files with the scale of its family', async () => {
    const calls: unknown[] = [];
    const models = { vae_approx: { 'taesd_decoder.safetensors': '/d', 'taesd_encoder.safetensors': '/e' } };
    const loader = createNodeBench({
      models,
      engine: {
        loadTinyVae: async (paths, { scale }) => {
          calls.push(paths, scale);
          return fakeCheckpoint().checkpoint.vae;
        },
      },
    });
    const latent = { samples: { data: new Float32Array(4), dims: [1, 4, 1, 1] } };
    loader.register('Blank', () => latent, 'LATENT');
    const run = await loader.run(
      {
        v: node('VAELoader', { vae_name: 'taesd' }),
        l: node('Blank', {}),
        d: node('VAEDecode', { samples: ['l', 0], vae: ['v', 0] }),
        o: node('PreviewImage', { images: ['d', 0] }),
      },
      ['o'],
    );
    expect(errorOf(run)).toBeUndefined();
    expect(calls).toEqual([{ decoder: '/d', encoder: '/e' }, 0.18215]);
  });
});

import type { DiffusionModel, LoadedCheckpoint, LoadOptions, TextEncoder, Vae } from '@snug/engine';
import type { ExecutionEvent } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { createNodeBench, errorOf } from './node-bench.ts';

/** A model that sees no noise at all: sampling works, numbers do not matter. */
function fakeCheckpoint(onPredict: () => void = () => {}) {
  const opened: { path: string; options: LoadOptions | undefined }[] = [];
  const clip: TextEncoder = {
    withStopAtLayer: () => clip,
    withScaledAttention: () => clip,
    encode: async text => [[{ data: new Float32Array(77 * 4).fill(text.length), dims: [1, 77, 4] }, {}]],
  };
  const model: DiffusionModel = {
    latentFormat: {
      name: 'SD15',
      channels: 4,
      downscale: 8,
      scaleFactor: 0.18215,
      shiftFactor: 0,
      rgbFactors: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [0, 0, 0],
      ],
    },
    parameterization: {
      prediction: 'eps',
      schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
    },
    predict: async ({ x }) => {
      onPredict();
      return { data: new Float32Array(x.data.length), dims: x.dims };
    },
  };
  const vae: Vae = {
    downscale: 8,
    latentChannels: 4,
    decode: async ({ dims: [batch = 0, , height = 0, width = 0] }) => ({
      data: new Float32Array(batch * height * 8 * width * 8 * 3).fill(0.5),
      dims: [batch, height * 8, width * 8, 3],
    }),
    encode: async ({ dims: [batch = 0, height = 0, width = 0] }) => ({
      data: new Float32Array((batch * 4 * height * width) / 64).fill(1),
      dims: [batch, 4, height / 8, width / 8],
    }),
  };
  const loadCheckpoint = async (path: string, options?: LoadOptions): Promise<LoadedCheckpoint> => {
    opened.push({ path, options });
    return { model, clip, vae };
  };
  return { opened, engine: { loadCheckpoint } };
}

const models = {
  checkpoints: { 'a.safetensors': '/models/a.safetensors' },
  embeddings: { 'easy.pt': '/models/easy.pt' },
};

const prompt = {
  4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' } },
  5: { class_type: 'EmptyLatentImage', inputs: { width: 68, height: 32, batch_size: 2 } },
  6: { class_type: 'CLIPTextEncode', inputs: { text: 'a cat', clip: ['4', 1] } },
  3: {
    class_type: 'KSampler',
    inputs: {
      seed: 18446744073709551615n,
      steps: 3,
      cfg: 8,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['6', 0],
      latent_image: ['5', 0],
    },
  },
  8: { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  9: { class_type: 'PreviewImage', inputs: { images: ['8', 0] } },
};

/** The prompt with other inputs of its sampler. */
const withSampler = (inputs: object) => ({
  ...prompt,
  3: { ...prompt[3], inputs: { ...prompt[3].inputs, ...inputs } },
});

const typesOf = (events: readonly ExecutionEvent[], node: string): string[] =>
  events.flatMap(event => {
    if (event.type === 'progress' && event.data.node === node)
      return [`progress ${event.data.value}/${event.data.max}`];
    return event.type === 'preview' && event.metadata.node_id === node ? ['preview'] : [];
  });

describe('the way from a checkpoint to a picture', () => {
  it('samples and decodes, reporting each step', async () => {
    const { engine, opened } = fakeCheckpoint();
    const run = await createNodeBench({ engine, models }).run(prompt, ['9']);
    expect(errorOf(run)).toBeUndefined();
    expect(Object.keys(run.outputs)).toEqual(['9']);
    expect(typesOf(run.events, '3')).toEqual(['progress 1/3', 'progress 2/3', 'progress 3/3']);
    expect(opened.map(({ path }) => path)).toEqual(['/models/a.safetensors']);
  });

  it('shows a JPEG of the longest side asked for with every step when previews are on', async () => {
    const { engine } = fakeCheckpoint();
    const settings = { previewMethod: 'latent2rgb', previewSize: 64 } as const;
    const run = await createNodeBench({ engine, models, settings }).run(prompt, ['9']);
    expect(typesOf(run.events, '3')).toEqual([1, 2, 3].flatMap(step => ['preview', `progress ${step}/3`]));
    const preview = run.events.find(event => event.type === 'preview');
    expect(preview?.type === 'preview' && [...preview.image.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  it.each([
    { server: 'none', prompt: 'auto', previews: 3 },
    { server: 'latent2rgb', prompt: 'none', previews: 0 },
    { server: 'latent2rgb', prompt: 'default', previews: 3 },
    { server: 'none', prompt: 'nonsense', previews: 0 },
  ] as const)('shows $previews previews when the server says $server and the prompt says $prompt', async choice => {
    const { engine } = fakeCheckpoint();
    const bench = createNodeBench({ engine, models, settings: { previewMethod: choice.server } });
    const run = await bench.run(prompt, ['9'], { extraData: { preview_method: choice.prompt } });
    expect(run.events.filter(event => event.type === 'preview')).toHaveLength(choice.previews);
  });

  it('stops within a step when the run is interrupted', async () => {
    const controller = new AbortController();
    let calls = 0;
    const { engine } = fakeCheckpoint(() => {
      calls += 1;
      if (calls === 3) controller.abort();
    });
    const run = await createNodeBench({ engine, models }).run(withSampler({ steps: 1000 }), ['9'], {
      signal: controller.signal,
    });
    expect(run.events.at(-1)).toMatchObject({ type: 'execution_interrupted', data: { node_id: '3' } });
    expect(calls).toBeLessThan(6);
  });

  it('finds textual inversions with and without their extension', async () => {
    const { engine, opened } = fakeCheckpoint();
    await createNodeBench({ engine, models }).run(prompt, ['9']);
    const find = opened[0]?.options?.findEmbedding;
    expect(await find?.('easy')).toBe('/models/easy.pt');
    expect(await find?.('easy.pt')).toBe('/models/easy.pt');
    expect(await find?.('hard')).toBeUndefined();
  });

  it('says which file is missing when it went away after the prompt was checked', async () => {
    const run = await createNodeBench(fakeCheckpoint()).run(prompt, ['9']);
    expect(errorOf(run)).toContain('There is no file "a.safetensors" in the model folder "checkpoints"');
  });
});

describe('the samplers', () => {
  const context = {
    services: { settings: { previewMethod: 'none', previewSize: 512 } },
    extraData: {},
    signal: new AbortController().signal,
    progress: () => {},
  } as never;

  it('carry the mask and the batch places of a latent along', async () => {
    const bench = createNodeBench();
    const { model } = await fakeCheckpoint().engine.loadCheckpoint('');
    const entry = [[{ data: new Float32Array(4), dims: [1, 1, 4] }, {}]];
    const samples = { data: new Float32Array(4 * 4 * 4), dims: [1, 4, 4, 4] };
    const latent = { samples, noise_mask: { data: new Float32Array(16).fill(1), dims: [1, 4, 4] }, batch_index: [5] };
    const [result] = (await bench.node('KSamplerAdvanced').definition.execute(
      {
        model,
        add_noise: 'enable',
        noise_seed: 5n,
        steps: 4,
        cfg: 1,
        sampler_name: 'euler',
        scheduler: 'normal',
        positive: entry,
        negative: entry,
        latent_image: latent,
        start_at_step: 4,
        end_at_step: 10_000,
        return_with_leftover_noise: 'disable',
      },
      context,
    )) as [typeof latent];
    expect(result).toEqual(latent);
  });

  it('leave noise in the latent only when asked to', async () => {
    const { engine } = fakeCheckpoint();
    const bench = createNodeBench();
    const { model } = await engine.loadCheckpoint('');
    const entry = [[{ data: new Float32Array(4), dims: [1, 1, 4] }, {}]];
    const run = async (leftover: string) => {
      const samples = { data: new Float32Array(64), dims: [1, 4, 4, 4] };
      const [result] = (await bench.node('KSamplerAdvanced').definition.execute(
        {
          model,
          add_noise: 'disable',
          noise_seed: 5n,
          steps: 4,
          cfg: 1,
          sampler_name: 'euler_ancestral',
          scheduler: 'normal',
          positive: entry,
          negative: entry,
          latent_image: { samples },
          start_at_step: 0,
          end_at_step: 2,
          return_with_leftover_noise: leftover,
        },
        context,
      )) as [{ samples: { data: Float32Array } }];
      return Math.max(...result.samples.data.map(Math.abs));
    };
    expect(await run('enable')).toBeGreaterThan(await run('disable'));
  });
});

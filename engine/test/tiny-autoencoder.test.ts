import { afterAll, describe, expect, test } from 'vitest';
import { createEngine } from '../src/engine.ts';
import { graphStyleFor } from '../src/models/graph-style.ts';
import { createTinyDecoder, createTinyVae } from '../src/models/taesd/tiny-autoencoder.ts';
import { Runtime } from '../src/runtime/runtime.ts';
import { goldenCases, goldenPath, maxDifference, openGolden } from './golden-files.ts';

const [golden] = goldenCases<{ readonly vae_scale: number; readonly vae_shift: number }>('modules', 'taesd');
const runtime = new Runtime({ device: 'cpu', threads: 1, isThreaded: false, budgetBytes: 2 ** 30 });
const options = { runtime, style: graphStyleFor('cpu', 'streamed') };

afterAll(() => runtime.dispose());

async function open() {
  const opened = await openGolden('modules', golden!.file);
  // Weights have their own prefix in golden files.
  return { tensors: opened, file: { ...opened, keyOf: (name: string) => `W.${name}` } };
}

describe('a tiny autoencoder', () => {
  test('decodes latents of model space as recorded, one picture after the other', async () => {
    const { tensors, file } = await open();
    const latent = await tensors.readTensor('latent');
    const { data, dims } = await createTinyDecoder(file, options).decode(latent);
    const [batch = 0, , height = 0, width = 0] = latent.dims;
    expect(dims).toEqual([batch, 3, 8 * height, 8 * width]);
    const raw = data.map(value => (value + 1) / 2);
    expect(maxDifference(raw, (await tensors.readTensor('decoder_raw')).data)).toBeLessThan(
      golden!.tolerance_suggested,
    );
  });

  test('stands for a VAE with the scale of its family', async () => {
    const { tensors, file } = await open();
    const { vae_scale: scale, vae_shift: shift } = golden!.params;
    const vae = createTinyVae({ encoder: file, decoder: file }, { scale, shift }, options);
    const image = await tensors.readTensor('image_pm1');
    const [batch = 0, channels = 0, height = 0, width = 0] = image.dims;
    const plane = height * width;
    const pixels = image.data.map((_, i) => {
      const [item, rest] = [Math.floor(i / (plane * channels)), i % (plane * channels)];
      return (image.data[(item * channels + (rest % channels)) * plane + Math.floor(rest / channels)]! + 1) / 2;
    });
    const { data } = await vae.encode({ data: pixels, dims: [batch, height, width, channels] });
    expect(maxDifference(data, (await tensors.readTensor('encoded')).data)).toBeLessThan(golden!.tolerance_suggested);
  });

  test('refuses latents of another family and other files, with what it expects', async () => {
    const { file } = await open();
    const other = { data: new Float32Array(16), dims: [1, 16, 1, 1] };
    await expect(createTinyDecoder(file, options).decode(other)).rejects.toMatchObject({
      code: 'LATENT_CHANNELS_MISMATCH',
    });
    await using engine = createEngine();
    await expect(engine.loadTinyDecoder(goldenPath('modules', 'clip_l.safetensors'))).rejects.toThrow(
      'is no decoder of a tiny autoencoder',
    );
  });
});

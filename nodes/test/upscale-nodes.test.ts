import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEngine, decodeImage, type Engine, encodeSafetensors, type Tensor } from '@snug/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeBench, errorOf } from './node-bench.ts';

/** A network of one feature whose blocks add nothing: its result can be worked out by hand. */
function quietNetwork(): Uint8Array {
  const conv = (name: string, out: number, inner: number, middle: number): [string, Tensor][] => {
    const kernel = Float32Array.from({ length: out * inner * 9 }, (_, tap) => (tap % 9 === 4 ? middle : 0));
    return [
      [`${name}.weight`, { data: kernel, dims: [out, inner, 3, 3] }],
      [`${name}.bias`, { data: new Float32Array(out), dims: [out] }],
    ];
  };
  const dense = [1, 2, 3].flatMap(block =>
    [1, 2, 3, 4, 5].flatMap(number => conv(`body.0.rdb${block}.conv${number}`, 1, number, 0)),
  );
  const ends = [...conv('conv_up1', 1, 1, 1), ...conv('conv_hr', 1, 1, 1), ...conv('conv_last', 3, 1, 1)];
  return encodeSafetensors([...conv('conv_first', 1, 3, 1), ...dense, ...conv('conv_body', 1, 1, 0), ...ends]);
}

const folder = mkdtempSync(path.join(tmpdir(), 'upscale-nodes-'));
const model = path.join(folder, 'quiet.pth');
const notes = path.join(folder, 'notes.safetensors');
let engine: Engine;
beforeAll(() => {
  writeFileSync(model, quietNetwork());
  writeFileSync(notes, 'these are notes');
  engine = createEngine({ threads: 1, threaded: false });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const files = { 'quiet.pth': model, 'notes.safetensors': notes, 'gone.pth': path.join(folder, 'gone.pth') };
const prompt = (name: string, width = 3, height = 2) => ({
  loader: { class_type: 'UpscaleModelLoader', inputs: { model_name: name } },
  picture: { class_type: 'EmptyImage', inputs: { width, height, batch_size: 2, color: 0x102030 } },
  larger: { class_type: 'ImageUpscaleWithModel', inputs: { upscale_model: ['loader', 0], image: ['picture', 0] } },
  preview: { class_type: 'PreviewImage', inputs: { images: ['larger', 0] } },
});

const bench = () => createNodeBench({ engine, models: { upscale_models: files } });

describe('upscale nodes', () => {
  test('load a model and make each picture of a batch larger', async () => {
    const { run, files: made } = bench();
    expect(errorOf(await run(prompt('quiet.pth'), ['preview']))).toBeUndefined();
    const pictures = [...made.contents.entries()].filter(([name]) => name.startsWith('temp/'));
    expect(pictures).toHaveLength(2);
    for (const [name, bytes] of pictures) {
      const { data, dims } = (await decodeImage(bytes, { name })).image;
      expect(dims).toEqual([1, 4, 6, 3]);
      // The sum of the three colours, in each of them.
      expect(data.every(value => Math.abs(value - 96 / 255) < 1e-6)).toBe(true);
    }
  });

  test('report progress after each tile of each picture', async () => {
    const { events } = await bench().run(prompt('quiet.pth', 600, 20), ['preview']);
    const steps = events.flatMap(event => (event.type === 'progress' ? [`${event.data.value}/${event.data.max}`] : []));
    expect(steps).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  test('can be interrupted', async () => {
    const { events } = await bench().run(prompt('quiet.pth'), ['preview'], { signal: AbortSignal.abort() });
    expect(events.map(({ type }) => type)).toContain('execution_interrupted');
  });

  test('offer the files of the folder upscale_models', () => {
    const { env, node } = bench();
    const { inputs } = node('UpscaleModelLoader').definition;
    const listed = typeof inputs === 'function' ? inputs(env) : inputs;
    expect(listed).toMatchObject({ model_name: { choices: Object.keys(files) } });
  });

  test.each([
    ['is gone', 'gone.pth', /gone\.pth/],
    ['is something else', 'notes.safetensors', /not a valid safetensors file/],
  ])('say what is wrong with a file that %s', async (_, name, message) => {
    expect(errorOf(await bench().run(prompt(name), ['preview']))).toMatch(message);
  });
});

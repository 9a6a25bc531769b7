import { createHash } from 'node:crypto';
import { decodeImage, imageToBytes, readPngTexts, type Tensor } from '@snug/engine';
import { parseLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from './memory-files.ts';
import { createNodeBench, errorOf } from './node-bench.ts';

const make = { class_type: 'EmptyImage', inputs: { width: 8, height: 4, batch_size: 2, color: 0xff8000 } };
const invert = { class_type: 'ImageInvert', inputs: { image: ['1', 0] } };
const save = (inputs: object = {}) => ({
  class_type: 'SaveImage',
  inputs: { images: ['2', 0], filename_prefix: 'pic', ...inputs },
});
const preview = { class_type: 'PreviewImage', inputs: { images: ['2', 0] } };

describe('sending pictures', () => {
  const send = { class_type: 'SaveImageWebsocket', inputs: { images: ['2', 0] } };

  it('gives each picture of a batch to the client as a PNG and writes no file', async () => {
    const bench = createNodeBench();
    const { events, outputs } = await bench.run({ 1: make, 2: invert, 3: send }, ['3']);
    const previews = events.filter(event => event.type === 'preview');
    expect(previews.map(({ format }) => format)).toEqual(['png', 'png']);
    const { image } = await decodeImage(previews[0]?.image ?? new Uint8Array());
    expect(image.dims).toEqual([1, 4, 8, 3]);
    const steps = events.filter(event => event.type === 'progress').map(({ data }) => `${data.value}/${data.max}`);
    expect(steps).toEqual(['0/2', '1/2']);
    expect(outputs).toEqual({});
    expect(bench.files.contents.size).toBe(0);
  });

  it('sends them again when the same prompt runs again', async () => {
    const bench = createNodeBench();
    await bench.run({ 1: make, 2: invert, 3: send }, ['3']);
    const { events } = await bench.run({ 1: make, 2: invert, 3: send }, ['3']);
    expect(events.filter(event => event.type === 'preview')).toHaveLength(2);
  });
});

describe('saving pictures', () => {
  it('writes every picture of a batch and answers where they are', async () => {
    const bench = createNodeBench();
    const run = await bench.run({ 1: make, 2: invert, 3: save() }, ['3']);
    const images = ['pic_00001_.png', 'pic_00002_.png'].map(filename => ({ filename, subfolder: '', type: 'output' }));
    expect(run.outputs).toEqual({ 3: { images } });
    expect([...bench.files.contents.keys()]).toEqual(['output//pic_00001_.png', 'output//pic_00002_.png']);
  });

  it('puts the executed prompt and the workflow into the picture, as ASCII JSON in the layout of Python', async () => {
    const bench = createNodeBench();
    const prompt =
      '{"1":{"class_type":"EmptyImage","inputs":{"width":8,"height":8,"batch_size":1,"color":0},"_meta":{"title":"Grün"}},"9":{"class_type":"SaveImage","inputs":{"images":["1",0],"filename_prefix":"a"}}}';
    const extraData = parseLossless(
      '{"extra_pnginfo":{"workflow":{"seed":18446744073709551615,"cfg":8.0},"more":[1]}}',
    );
    await bench.run(parseLossless(prompt) as object, ['9'], { extraData: extraData as never });
    const texts = await readPngTexts(bench.files.contents.get('output//a_00001_.png') ?? new Uint8Array());
    expect([...texts]).toEqual([
      [
        'prompt',
        '{"1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}, "_meta": {"title": "Gr\\u00fcn"}}, "9": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}}}',
      ],
      ['workflow', '{"seed": 18446744073709551615, "cfg": 8.0}'],
      ['more', '[1]'],
    ]);
  });

  it('gives the pixels that the reference was recorded with', async () => {
    const bench = createNodeBench();
    const recorded = { ...make, inputs: { width: 64, height: 48, batch_size: 1, color: 16746498 } };
    await bench.run({ 1: recorded, 2: invert, 3: save() }, ['3']);
    const { image } = await decodeImage(bench.files.contents.get('output//pic_00001_.png') ?? new Uint8Array());
    const digest = createHash('sha256').update(imageToBytes(image).data).digest('hex');
    expect(digest).toBe('0d769eb2f88639d86b66be4e12c8844e6dabec38dc4dd17080af43cc0a2671a9');
  });

  it('writes no metadata when that is switched off', async () => {
    const bench = createNodeBench({ settings: { disableMetadata: true } });
    await bench.run({ 1: make, 2: invert, 3: save() }, ['3']);
    const texts = await readPngTexts(bench.files.contents.get('output//pic_00001_.png') ?? new Uint8Array());
    expect([...texts]).toEqual([]);
  });

  it('resolves tokens of the prefix', async () => {
    const bench = createNodeBench();
    await bench.run({ 1: make, 2: invert, 3: save({ filename_prefix: '%width%x%height%' }) }, ['3']);
    expect([...bench.files.contents.keys()]).toContain('output//8x4_00001_.png');
  });

  it('fails with the words of the file store when a prefix leads out of the folder', async () => {
    const run = await createNodeBench().run({ 1: make, 2: invert, 3: save({ filename_prefix: '../x' }) }, ['3']);
    expect(errorOf(run)).toContain('Saving image outside the output folder is not allowed');
  });

  it('stops between two pictures when the run is interrupted', async () => {
    const controller = new AbortController();
    const files = createMemoryFiles();
    const interrupting = {
      ...files,
      write: async (...args: Parameters<typeof files.write>) => {
        await files.write(...args);
        controller.abort();
      },
    };
    const bench = createNodeBench({ files: interrupting });
    const run = await bench.run({ 1: make, 2: invert, 3: save() }, ['3'], { signal: controller.signal });
    expect(run.events.at(-1)?.type).toBe('execution_interrupted');
    expect(files.contents.size).toBe(1);
  });
});

describe('previewing pictures', () => {
  it('writes to temp under a name that a node keeps and no other node has', async () => {
    const bench = createNodeBench();
    await bench.run({ 1: make, 2: invert, 3: preview, 4: preview }, ['3', '4']);
    await bench.run({ 1: { ...make, inputs: { ...make.inputs, color: 1 } }, 2: invert, 3: preview }, ['3']);
    const names = [...bench.files.contents.keys()];
    for (const name of names) expect(name).toMatch(/^temp\/\/ComfyUI_temp_[a-z]{5}_0000[1-4]_\.png$/);
    const prefixes = new Set(names.map(name => name.split('_')[2]));
    // Two equal nodes share one result, so only one of them has written.
    expect(prefixes.size).toBe(1);
    expect(names).toHaveLength(4);
  });
});

describe('loading pictures', () => {
  const load = { class_type: 'LoadImage', inputs: { image: 'a.png' } };

  async function benchWithPicture() {
    const source = createNodeBench();
    await source.run({ 1: make, 2: invert, 3: save({ filename_prefix: 'p' }) }, ['3']);
    const bytes = source.files.contents.get('output//p_00001_.png') ?? new Uint8Array();
    return { bytes, bench: createNodeBench({ files: createMemoryFiles({ 'input//a.png': bytes }) }) };
  }

  it('brings back what was saved, with an empty mask for a picture without alpha', async () => {
    const { bench } = await benchWithPicture();
    const context = { services: { files: bench.files } } as never;
    const { execute } = bench.node('LoadImage').definition;
    const [image, mask] = (await execute({ image: 'a.png' }, context)) as [Tensor, Tensor];
    expect(image.dims).toEqual([1, 4, 8, 3]);
    // 1 - 128 / 255 is a hair below 127 / 255 in float32, and bytes are truncated.
    expect([...image.data.subarray(0, 3)].map(value => Math.round(value * 255))).toEqual([0, 126, 255]);
    expect(mask.dims).toEqual([1, 64, 64]);
  });

  it('runs again when the file was replaced, and only then', async () => {
    const { bench, bytes } = await benchWithPicture();
    const prompt = { 1: load, 2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } } };
    const executed = (run: { events: readonly { type: string }[] }) =>
      run.events.filter(event => event.type === 'executing').length;
    expect(executed(await bench.run(prompt, ['2']))).toBe(2);
    expect(executed(await bench.run(prompt, ['2']))).toBe(0);
    bench.files.contents.set('input//a.png', Uint8Array.from([...bytes, 0]));
    expect(executed(await bench.run(prompt, ['2']))).toBe(2);
  });

  it('accepts any file of the three places and says which one is missing', async () => {
    const { bench, bytes } = await benchWithPicture();
    bench.files.contents.set('output/sub/b.png', bytes);
    const { validate } = bench.node('LoadImage').definition;
    const check = (image: unknown) =>
      validate?.check({ image: image as string }, { nodeId: '1', inputTypes: {} }, bench.env);
    expect(await check('a.png')).toBe(true);
    expect(await check('sub/b.png [output]')).toBe(true);
    expect(await check(null)).toBe(true);
    expect(await check('')).toBe(true);
    expect(await check('missing.png [output]')).toBe('Invalid image file: missing.png [output]');
    expect(await check({ a: 1 })).toBe('Invalid image file: {"a":1}');
    expect(await check('../../etc/passwd')).toBe('Invalid image file: ../../etc/passwd');
  });

  it('fails clearly on a file that went away or is no picture', async () => {
    const { bench } = await benchWithPicture();
    bench.files.contents.set('input//text.png', new TextEncoder().encode('not a picture'));
    const run = (image: string) =>
      bench.run(
        { 1: { ...load, inputs: { image } }, 2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } } },
        ['2'],
      );
    expect(errorOf(await run('gone.png'))).toContain('There is no image file "gone.png"');
    expect(errorOf(await run('text.png'))).toContain('text.png');
  });
});

// Nodes of sound and video in prompts: names and places of files, what the user interface is told, metadata, loading back, and
// what happens with bad input.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeImage, readPngTexts } from '@snug/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Audio } from '../src/node-types.ts';
import { createMemoryFiles } from './memory-files.ts';
import { createNodeBench, errorOf, type NodeBenchOptions } from './node-bench.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-media-nodes-'));
});
afterEach(() => rm(folder, { recursive: true }));

function benchWith(initial: Readonly<Record<string, Uint8Array>> = {}, options: NodeBenchOptions = {}) {
  return createNodeBench({ files: createMemoryFiles(initial, folder), ...options });
}

const silence = { class_type: 'EmptyAudio', inputs: { duration: 0.5, sample_rate: 8000, channels: 2 } };
const pictures = { class_type: 'EmptyImage', inputs: { width: 32, height: 16, batch_size: 3, color: 0xff_80_00 } };
const saver = (class_type: string, inputs: object = {}) => ({ class_type, inputs });
const audioSaver = (class_type: string, inputs: object = {}) =>
  saver(class_type, { audio: ['1', 0], filename_prefix: 'sound', ...inputs });
const extraData = { extra_pnginfo: { workflow: { nodes: [] } } };

const videoOf = (images: string) => ({ class_type: 'CreateVideo', inputs: { images: [images, 0], fps: 8 } });
const saveVideo = saver('SaveVideo', { video: ['2', 0], filename_prefix: 'film', format: 'auto', codec: 'auto' });
const saveWebm = saver('SaveWEBM', { images: ['1', 0], filename_prefix: 'film', codec: 'vp9', fps: 8, crf: 32 });
const webp = (inputs: object = {}) =>
  saver('SaveAnimatedWEBP', {
    ...{ images: ['1', 0], filename_prefix: 'film', fps: 6, lossless: true, quality: 80, method: 'fastest' },
    ...inputs,
  });
const apng = saver('SaveAnimatedPNG', { images: ['1', 0], filename_prefix: 'film', fps: 6, compress_level: 1 });

const fileOf = (bench: ReturnType<typeof benchWith>, key: string) => Buffer.from(bench.files.contents.get(key) ?? []);

describe('saving sound', () => {
  it.each([
    ['SaveAudio', {}, 'flac', 'fLaC'],
    ['SaveAudioMP3', { quality: 'V0' }, 'mp3', 'ID3'],
    ['SaveAudioMP3', { quality: '320k' }, 'mp3', 'ID3'],
    ['SaveAudioOpus', { quality: '64k' }, 'opus', 'OggS'],
  ])('%s %j writes a file with the workflow inside and says where', async (node, inputs, extension, start) => {
    const bench = benchWith();
    const run = await bench.run({ 1: silence, 2: audioSaver(node, inputs) }, ['2'], { extraData });
    const filename = `sound_00001_.${extension}`;
    expect(run.outputs).toEqual({ 2: { audio: [{ filename, subfolder: '', type: 'output' }] } });
    const bytes = fileOf(bench, `output//${filename}`);
    expect(bytes.toString('latin1', 0, start.length)).toBe(start);
    expect(bytes.includes('"class_type": "EmptyAudio"')).toBe(true);
    expect(bytes.includes('workflow')).toBe(true);
  });

  it('writes no metadata when that is switched off', async () => {
    const bench = benchWith({}, { settings: { disableMetadata: true } });
    await bench.run({ 1: silence, 2: audioSaver('SaveAudio'), 3: pictures }, ['2'], { extraData });
    expect(fileOf(bench, 'output//sound_00001_.flac').includes('class_type')).toBe(false);
  });

  it('previews into temp under a name of its own', async () => {
    const bench = benchWith();
    const preview = saver('PreviewAudio', { audio: ['1', 0] });
    const { outputs } = await bench.run({ 1: silence, 2: preview }, ['2']);
    const reference = {
      filename: expect.stringMatching(/^ComfyUI_temp_[a-z]{5}_00001_\.flac$/),
      subfolder: '',
      type: 'temp',
    };
    expect(outputs).toEqual({ 2: { audio: [reference] } });
  });

  it('writes a file for each item of a batch', async () => {
    const bench = benchWith();
    const waveform = { data: new Float32Array([0.5, 0.25, -0.5, -0.25]), dims: [2, 1, 2] };
    bench.register('Pair', () => ({ waveform, sample_rate: 8000 }), 'AUDIO');
    await bench.run({ 1: { class_type: 'Pair', inputs: {} }, 2: audioSaver('SaveAudio') }, ['2']);
    expect([...bench.files.contents.keys()]).toEqual(['output//sound_00001_.flac', 'output//sound_00002_.flac']);
  });

  it.each([
    [{ ...silence, inputs: { ...silence.inputs, duration: 0 } }, {}, /at least one sample/],
    [silence, { filename_prefix: '../x' }, /outside the output folder/],
  ])('leaves no file when it cannot be done', async (source, inputs, message) => {
    const bench = benchWith();
    const run = await bench.run({ 1: source, 2: audioSaver('SaveAudio', inputs) }, ['2']);
    expect(errorOf(run)).toMatch(message);
    expect(bench.files.contents.size).toBe(0);
  });
});

describe('loading sound', () => {
  const load = (audio: unknown, class_type = 'LoadAudio') => ({ class_type, inputs: { audio } });

  async function flac(): Promise<Uint8Array> {
    const bench = benchWith();
    await bench.run({ 1: silence, 2: audioSaver('SaveAudio') }, ['2']);
    return fileOf(bench, 'output//sound_00001_.flac');
  }

  it.each([
    ['LoadAudio', 'a.flac', 'input//a.flac'],
    ['LoadAudio', 'sub/a.flac [output]', 'output/sub/a.flac'],
    ['RecordAudio', 'a.flac [temp]', 'temp//a.flac'],
  ])('%s takes "%s"', async (node, name, key) => {
    const bench = benchWith({ [key]: await flac() });
    const context = { services: { files: bench.files }, signal: new AbortController().signal } as never;
    const [audio] = (await bench.node(node).definition.execute({ audio: name }, context)) as [Audio];
    expect([audio.sample_rate, audio.waveform.dims]).toEqual([8000, [1, 2, 4000]]);
  });

  it('lists files of sound and video', () => {
    const names = ['a.flac', 'b.mp4', 'c.png', 'd.txt', 'e.opus'];
    const bench = benchWith(Object.fromEntries(names.map(name => [`input//${name}`, new Uint8Array()])));
    const { inputs } = bench.node('LoadAudio').definition;
    const specs = (typeof inputs === 'function' ? inputs(bench.env) : inputs) ?? {};
    expect(specs['audio']?.choices).toEqual(['a.flac', 'b.mp4', 'e.opus']);
  });

  it('is checked for the file, and refuses what is no name', async () => {
    const bench = benchWith({ 'input//a.flac': new Uint8Array() });
    const check = (audio: unknown) =>
      bench.node('LoadAudio').definition.validate?.check({ audio }, {} as never, bench.env as never);
    expect(await check('a.flac')).toBe(true);
    expect(await check('b.flac')).toBe('Invalid audio file: b.flac');
    expect(await check(7)).toBe('Invalid audio file: 7');
  });

  it.each([
    [load('gone.wav', 'RecordAudio'), /no audio file "gone.wav"/],
    [load({ a: 1 }, 'RecordAudio'), /no audio file/],
    [load('bad.wav'), /Cannot read "bad.wav"/],
  ])('says what is wrong with %j', async (node, message) => {
    const bench = benchWith({ 'input//bad.wav': Buffer.from('RIFFxxxxWAVE') });
    expect(errorOf(await bench.run({ 1: node, 2: audioSaver('SaveAudio') }, ['2']))).toMatch(message);
    expect(bench.files.contents.size).toBe(1);
  });
});

describe('saving videos', () => {
  it.each([
    ['SaveVideo', { 1: pictures, 2: videoOf('1'), 3: saveVideo }, 'film_00001_.mp4', 'prompt'],
    ['SaveWEBM', { 1: pictures, 3: saveWebm }, 'film_00001_.webm', 'PROMPT'],
    ['SaveAnimatedPNG', { 1: pictures, 3: apng }, 'film_00001_.png', 'prompt\0'],
    ['SaveAnimatedWEBP', { 1: pictures, 3: webp() }, 'film_00001_.webp', 'prompt:'],
  ])('%s writes one file, says where and that it moves', async (_, prompt, filename, key) => {
    const bench = benchWith();
    const run = await bench.run(prompt, ['3'], { extraData });
    expect(run.outputs).toEqual({ 3: { images: [{ filename, subfolder: '', type: 'output' }], animated: [true] } });
    const bytes = fileOf(bench, `output//${filename}`);
    expect(bytes.includes(key)).toBe(true);
    expect(bytes.includes('"class_type": "EmptyImage"')).toBe(true);
    const plain = benchWith({}, { settings: { disableMetadata: true } });
    await plain.run(prompt, ['3'], { extraData });
    expect(fileOf(plain, `output//${filename}`).includes('class_type')).toBe(false);
  });

  it('says that a WebP of one frame does not move', async () => {
    const one = { ...pictures, inputs: { ...pictures.inputs, batch_size: 1 } };
    const run = await benchWith().run({ 1: one, 3: webp({ lossless: false, quality: 0, method: 'slowest' }) }, ['3']);
    expect(run.outputs['3']).toMatchObject({ animated: [false] });
  });

  it('brings pictures back from an animated PNG, which shows no texts to others', async () => {
    const bench = benchWith();
    await bench.run({ 1: pictures, 3: apng }, ['3'], { extraData });
    const bytes = fileOf(bench, 'output//film_00001_.png');
    expect((await decodeImage(bytes)).image.dims).toEqual([3, 16, 32, 3]);
    expect([...readPngTexts(bytes)]).toEqual([]);
  });

  it('resolves the size in the prefix', async () => {
    const bench = benchWith();
    const save = { ...saveVideo, inputs: { ...saveVideo.inputs, filename_prefix: '%width%x%height%' } };
    await bench.run({ 1: pictures, 2: videoOf('1'), 3: save }, ['3']);
    expect([...bench.files.contents.keys()]).toEqual(['output//32x16_00001_.mp4']);
  });

  it('leaves no file when the run is interrupted', async () => {
    const controller = new AbortController();
    const files = createMemoryFiles({}, folder);
    const interrupting = {
      ...files,
      writeWith: (reference: never, produce: (path: string) => Promise<void>) =>
        files.writeWith(reference, path => {
          controller.abort();
          return produce(path);
        }),
    };
    const bench = createNodeBench({ files: interrupting });
    const prompt = { 1: pictures, 2: videoOf('1'), 3: saveVideo };
    const run = await bench.run(prompt, ['3'], { signal: controller.signal });
    expect(run.events.at(-1)?.type).toBe('execution_interrupted');
    expect(files.contents.size).toBe(0);
  });
});

describe('loading videos', () => {
  async function mp4(): Promise<Uint8Array> {
    const bench = benchWith();
    await bench.run({ 1: pictures, 2: videoOf('1'), 3: saveVideo }, ['3']);
    return fileOf(bench, 'output//film_00001_.mp4');
  }

  it('takes a video apart and saves it again', async () => {
    const bench = benchWith({ 'input//a.mp4': await mp4() });
    const load = { class_type: 'LoadVideo', inputs: { file: 'a.mp4' } };
    const parts = { class_type: 'GetVideoComponents', inputs: { video: ['2', 0] } };
    const save = { ...apng, inputs: { ...apng.inputs, images: ['4', 0], fps: ['4', 2] } };
    const run = await bench.run({ 2: load, 3: saveVideo, 4: parts, 5: save }, ['3', '5']);
    expect(Object.keys(run.outputs).sort()).toEqual(['3', '5']);
    const key = [...bench.files.contents.keys()].find(name => name.endsWith('.png')) ?? '';
    const { image } = await decodeImage(fileOf(bench, key));
    expect(image.dims).toEqual([3, 16, 32, 3]);
    expect(image.data[0]).toBeCloseTo(1, 1);
    expect(image.data[1]).toBeCloseTo(0.5, 1);
  });

  it('names the file that cannot be used', async () => {
    const bench = benchWith({ 'input//bad.mp4': Buffer.from('....ftypisom') });
    const run = (file: string) => bench.run({ 2: { class_type: 'LoadVideo', inputs: { file } }, 3: saveVideo }, ['3']);
    expect(errorOf(await run('bad.mp4'))).toMatch(/Cannot read "bad.mp4"|"bad.mp4" has no video/);
    expect(errorOf(await run('gone.mp4'))).toMatch(/no video file "gone.mp4"/);
    const { check } = bench.node('LoadVideo').definition.validate ?? {};
    expect(await check?.({ file: 'gone.mp4' }, {} as never, bench.env as never)).toBe('Invalid video file: gone.mp4');
  });
});

describe('LTXVPreprocess', () => {
  it('gives each picture the traces of a video', async () => {
    const preprocess = saver('LTXVPreprocess', { image: ['1', 0], img_compression: 35 });
    const bench = benchWith();
    const save = { ...apng, inputs: { ...apng.inputs, images: ['2', 0] } };
    await bench.run({ 1: pictures, 2: preprocess, 3: save }, ['3']);
    expect((await decodeImage(fileOf(bench, 'output//film_00001_.png'))).image.dims).toEqual([3, 16, 32, 3]);
  });
});

import { readFileSync } from 'node:fs';
import { encodePng, type Tensor, type TextEncoder } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from './memory-files.ts';
import { createNodeBench } from './node-bench.ts';

const golden = (name: string) => new Uint8Array(readFileSync(new URL(`golden/pictures/${name}`, import.meta.url)));

/** A picture of one grey. */
const gray = (width: number, height: number, value: number) =>
  encodePng({ data: new Uint8Array(width * height * 3).fill(value), width, height, channels: 3 });

/** A text encoder that remembers what it was asked and answers with the length of the text. */
function fakeClip() {
  const asked: string[] = [];
  const clip: TextEncoder = {
    withStopAtLayer: () => clip,
    withScaledAttention: () => clip,
    encode: async text => {
      asked.push(text);
      return [[{ data: Float32Array.of(text.length), dims: [1, 1, 1] }, {}]];
    },
  };
  return { asked, clip };
}

async function load(classType: string, contents: Readonly<Record<string, Uint8Array>>, args: object = {}) {
  const files = createMemoryFiles(
    Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [`input/set/${name}`, bytes])),
  );
  const warnings: string[] = [];
  const { execute } = createNodeBench({ files }).node(classType).definition;
  const context = {
    services: { files, warn: (text: string) => warnings.push(text) },
    signal: new AbortController().signal,
    throwIfInterrupted: () => {},
  };
  const outputs = await execute({ folder: 'set', ...args } as never, context as never);
  return { outputs: outputs as [Tensor, readonly (readonly [Tensor, object])[]], warnings };
}

const loadImages = (contents: Readonly<Record<string, Uint8Array>>, resize_method?: string) =>
  load('LoadImageSetFromFolderNode', contents, resize_method === undefined ? {} : { resize_method });

describe('a set of pictures', () => {
  it('is a batch in the order of the names; other files and later frames are left out', async () => {
    const { outputs } = await loadImages({
      'b.PNG': await gray(7, 9, 255),
      'a.gif': golden('anim.gif'),
      'notes.txt': Buffer.from('x'),
      'c.png': await gray(7, 9, 0),
    });
    expect(outputs[0].dims).toEqual([3, 9, 7, 3]);
    const firsts = [1, 2].map(item => outputs[0].data[item * 189]);
    expect(firsts).toEqual([1, 0]);
  });

  it.each(['Stretch', 'Crop', 'Pad'])('of mixed sizes takes the size of the first one with %s', async method => {
    const pictures = {
      'a.png': await gray(6, 4, 255),
      'b.png': await gray(20, 3, 255),
      'c.png': await gray(1, 9, 255),
    };
    const { outputs } = await loadImages(pictures, method);
    expect(outputs[0].dims).toEqual([3, 4, 6, 3]);
    expect(outputs[0].data.subarray(72).includes(0)).toBe(method === 'Pad');
  });

  it('of mixed sizes is refused without resizing, by name and size', async () => {
    const pictures = { 'a.png': await gray(6, 4, 1), 'b.png': await gray(4, 6, 1) };
    await expect(loadImages(pictures)).rejects.toThrow('"set/b.png" has 4x6 pixels, but "a.png" has 6x4');
  });

  it.each([
    ['no files', {}],
    ['other files only', { 'a.txt': Buffer.from('a') }],
  ])('from a folder with %s is refused', async (_, contents) => {
    await expect(loadImages(contents)).rejects.toThrow('There are no pictures in the folder "set"');
  });

  it('names the file that is no picture', async () => {
    const pictures = { 'a.png': await gray(6, 4, 1), 'b.png': Buffer.from('text') };
    await expect(loadImages(pictures)).rejects.toThrow('Cannot identify image file "set/b.png"');
  });

  it('that would take all memory is refused before it is allocated', async () => {
    const pictures = Object.fromEntries(
      await Promise.all([1, 2].map(async i => [`${i}.png`, await gray(8, 8, i)] as const)),
    );
    const size = { resize_method: 'Pad', width: 10_000, height: 10_000 };
    await expect(load('LoadImageTextSetFromFolderNode', pictures, { ...size, clip: fakeClip().clip })).rejects.toThrow(
      'The 2 pictures of "set" would have 200000000 pixels together (10000x10000 each)',
    );
  });

  it('offers the folders of the input folder, and none outside', async () => {
    const bench = createNodeBench({ files: createMemoryFiles({ 'input/set/a.png': await gray(2, 2, 1) }) });
    expect(bench.env.inputFolders()).toEqual(['set']);
    const show = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
    const run = await bench.run(
      { 1: { class_type: 'LoadImageSetFromFolderNode', inputs: { folder: 'set' } }, 2: show },
      ['2'],
    );
    expect(run.events.at(-1)?.type).toBe('execution_success');
  });

  it('is read again when one of its files has changed', async () => {
    const bench = createNodeBench({ files: createMemoryFiles({ 'input/set/a.png': await gray(2, 2, 1) }) });
    const prompt = {
      1: { class_type: 'LoadImageSetFromFolderNode', inputs: { folder: 'set' } },
      2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    };
    const executed = (run: { events: readonly { type: string }[] }) =>
      run.events.filter(event => event.type === 'executing').length;
    expect(executed(await bench.run(prompt, ['2']))).toBe(2);
    expect(executed(await bench.run(prompt, ['2']))).toBe(0);
    bench.files.contents.set('input/set/b.png', await gray(2, 2, 9));
    expect(executed(await bench.run(prompt, ['2']))).toBe(2);
  });
});

describe('a set of pictures with captions', () => {
  const captioned = (contents: Readonly<Record<string, Uint8Array>>, args: object = {}, { asked, clip } = fakeClip()) =>
    load('LoadImageTextSetFromFolderNode', contents, { clip, ...args }).then(result => ({ ...result, asked }));

  it('has one conditioning per picture, each caption encoded once', async () => {
    const picture = await gray(4, 4, 9);
    const { outputs, asked, warnings } = await captioned({
      'a.png': picture,
      'a.txt': Buffer.from(' a cat\n'),
      'b.png': picture,
      'b.txt': Buffer.from('a cat'),
      'c.png': picture,
    });
    expect(asked).toEqual(['a cat', '']);
    expect(outputs[1].map(([tensor]) => tensor.data[0])).toEqual([5, 5, 0]);
    expect(warnings).toEqual(['"set/c.png" has no caption "c.txt": it is taken as empty']);
  });

  it('has the size that is asked for, each side on its own', async () => {
    const picture = await gray(4, 4, 9);
    const { outputs } = await captioned({ 'a.png': picture }, { resize_method: 'Crop', width: 8, height: -1 });
    expect(outputs[0].dims).toEqual([1, 4, 8, 3]);
  });

  it('refuses a caption that is no text of this world', async () => {
    const contents = { 'a.png': await gray(2, 2, 1), 'a.txt': new Uint8Array(2 ** 20 + 1) };
    await expect(captioned(contents)).rejects.toThrow('The caption "set/a.txt" has more than 1048576 bytes');
  });
});

// What loaders make of all kinds of picture files, good and bad. The pixels of good ones are compared with recorded ones.
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { openSafetensors, type Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { createMemoryFiles } from './memory-files.ts';
import { createNodeBench, errorOf } from './node-bench.ts';

const golden = new URL('golden/pictures/', import.meta.url);
const fileOf = (name: string) => new Uint8Array(readFileSync(new URL(name, golden)));

/** Outputs of a loader for files by their names in the input folder. */
async function load(classType: string, args: object, contents: Readonly<Record<string, Uint8Array>>) {
  const files = createMemoryFiles(Object.fromEntries(Object.entries(contents).map(([k, v]) => [`input//${k}`, v])));
  const { execute } = createNodeBench({ files }).node(classType).definition;
  return (await execute(args as never, { services: { files } } as never)) as Tensor[];
}

/** What a person reads when a picture with this content is loaded and shown. */
async function failure(bytes: Uint8Array, name = 'bad.png'): Promise<string | undefined> {
  const bench = createNodeBench({ files: createMemoryFiles({ [`input//${name}`]: bytes }) });
  const show = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
  const run = await bench.run({ 1: { class_type: 'LoadImage', inputs: { image: name } }, 2: show }, ['2']);
  expect([...bench.files.contents.keys()].filter(key => !key.startsWith('input/'))).toHaveLength(
    errorOf(run) === undefined ? 1 : 0,
  );
  return errorOf(run);
}

/** A PNG with its header changed and chunks put behind it. */
function changedPng({ width, height, chunks = [] }: { width?: number; height?: number; chunks?: Uint8Array[] }) {
  const png = fileOf('rgb.png');
  const view = new DataView(png.buffer);
  if (width !== undefined) view.setUint32(16, width);
  if (height !== undefined) view.setUint32(20, height);
  view.setUint32(29, crc(png.subarray(12, 29)));
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** The checksum of PNG chunks, bit by bit (W3C PNG specification, annex D). */
function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

describe('a picture as a mask', () => {
  it.each([
    ['anim.gif', 'alpha', 'LoadImageMask_anim_gif_alpha'],
    ['anim.gif', 'red', 'LoadImageMask_anim_gif_red'],
    ['rgba.png', 'alpha', 'LoadImageMask_rgba_png_alpha'],
    ['palette_transparent.png', 'blue', 'LoadImageMask_palette_transparent_png_blue'],
    ['gray16.png', 'green', 'LoadImageMask_gray16_png_green'],
  ])('of %s takes the channel %s as recorded', async (name, channel, recorded) => {
    const [mask] = await load('LoadImageMask', { image: name, channel }, { [name]: fileOf(name) });
    const expected = await (await openSafetensors(new URL(`${recorded}.safetensors`, golden).pathname)).readTensor(
      'out.mask',
    );
    expect(mask).toEqual({ data: expected.data, dims: expected.dims });
  });

  it('says which file it cannot use before it runs', async () => {
    const bench = createNodeBench();
    const { validate } = bench.node('LoadImageMask').definition;
    const args = { image: 'missing.png', channel: 'alpha' };
    expect(await validate?.check(args, { nodeId: '1', inputTypes: {} }, bench.env)).toBe(
      'Invalid image file: missing.png',
    );
  });
});

describe('a picture from the outputs', () => {
  const png = fileOf('rgb.png');
  const places = { 'output//a.png': png, 'input//b.png': fileOf('gray_alpha.png'), 'output/sub/c.png': png };

  it.each(['a.png', 'a.png [output]', 'b.png', 'b.png [input]', 'sub/c.png'])(
    'is found by the name %s',
    async image => {
      const files = createMemoryFiles(places);
      const { definition } = createNodeBench({ files }).node('LoadImageOutput');
      expect(await definition.validate?.check({ image }, { nodeId: '1', inputTypes: {} }, { files } as never)).toBe(
        true,
      );
      const [picture] = (await definition.execute({ image }, { services: { files } } as never)) as [Tensor];
      expect(picture.dims).toEqual([1, 9, 7, 3]);
    },
  );

  it.each(['a.png [input]', 'b.png [output]', 'none.png', '../a.png'])('is not found by the name %s', async image => {
    const files = createMemoryFiles(places);
    const { validate } = createNodeBench({ files }).node('LoadImageOutput').definition;
    expect(await validate?.check({ image }, { nodeId: '1', inputTypes: {} }, { files } as never)).toBe(
      `Invalid image file: ${image}`,
    );
  });

  it('goes before one of the same name among the inputs', async () => {
    const files = createMemoryFiles({ 'output//a.png': png, 'input//a.png': fileOf('exif_rotated.png') });
    const { execute } = createNodeBench({ files }).node('LoadImageOutput').definition;
    const [picture] = (await execute({ image: 'a.png' }, { services: { files } } as never)) as [Tensor];
    expect(picture.dims).toEqual([1, 9, 7, 3]);
  });
});

describe('an unusual picture file', () => {
  it.each([
    ['anim.gif', [3, 9, 7, 3], [3, 64, 64]],
    ['anim.png', [2, 9, 7, 3], [2, 64, 64]],
    ['anim.webp', [3, 4, 4, 3], [3, 64, 64]],
    ['gray16.png', [1, 9, 7, 3], [1, 64, 64]],
    ['gray_alpha.png', [1, 9, 7, 3], [1, 9, 7]],
    ['palette_transparent.png', [1, 9, 7, 3], [1, 9, 7]],
    ['exif_rotated.png', [1, 7, 9, 3], [1, 64, 64]],
    ['cmyk.jpg', [1, 8, 8, 3], [1, 64, 64]],
  ])('%s becomes pictures %j and masks %j', async (name, imageDims, maskDims) => {
    const [picture, mask] = await load('LoadImage', { image: name }, { [name]: fileOf(name) });
    expect([picture?.dims, mask?.dims]).toEqual([imageDims, maskDims]);
    expect(picture?.data.every(value => value >= 0 && value <= 1)).toBe(true);
  });

  it('gives the frames of an animated WebP in their order', async () => {
    const [picture] = await load('LoadImage', { image: 'a.webp' }, { 'a.webp': fileOf('anim.webp') });
    const first = [0, 1, 2].map(frame => [...(picture?.data.slice(frame * 48, frame * 48 + 3) ?? [])]);
    expect(first.map(pixel => pixel.map(Math.round))).toEqual([
      [1, 1, 1],
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it('of four inks comes out as light', async () => {
    const [picture] = await load('LoadImage', { image: 'a.jpg' }, { 'a.jpg': fileOf('cmyk.jpg') });
    expect(picture?.data.every(value => Math.abs(value - 120 / 255) < 0.15)).toBe(true);
  });

  it('that is cut off in its pixels is shown as far as it goes', async () => {
    const png = fileOf('rgb.png');
    const [picture] = await load('LoadImage', { image: 'a.png' }, { 'a.png': png.subarray(0, 200) });
    expect(picture?.dims).toEqual([1, 9, 7, 3]);
    expect(picture?.data.slice(-3)).toEqual(new Float32Array(3));
  });

  it('with texts that unpack to far more is loaded without unpacking them', async () => {
    const bomb = deflateSync(Buffer.alloc(2 ** 27), { level: 1 });
    const texts = [
      chunk('zTXt', Buffer.concat([Buffer.from('workflow\0\0'), bomb])),
      chunk('iTXt', Buffer.concat([Buffer.from('prompt\0\x01\0\0\0'), bomb])),
      chunk('iCCP', Buffer.concat([Buffer.from('profile\0\0'), bomb])),
    ];
    const before = process.memoryUsage().rss;
    const [picture] = await load('LoadImage', { image: 'a.png' }, { 'a.png': changedPng({ chunks: texts }) });
    expect(picture?.dims).toEqual([1, 9, 7, 3]);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
  });
});

describe('a picture file that cannot be used', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['is empty', new Uint8Array(), /Cannot identify image file "bad\.png"/],
    ['is a text', Buffer.from('not a picture'), /Cannot identify image file "bad\.png"/],
    ['is a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /Cannot identify/],
    ['is an archive', Buffer.from('PK\x03\x04 and more'), /Cannot identify/],
    ['is a web page', Buffer.from('<!doctype html><script>'), /Cannot identify/],
    ['is a video', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0'), /Cannot identify/],
    ['ends behind its signature', fileOf('rgb.png').subarray(0, 8), /Cannot identify/],
    ['ends in its header', fileOf('photo.jpg').subarray(0, 30), /Cannot identify image file "bad\.png"/],
    ['has no width', changedPng({ width: 0 }), /Cannot identify image file "bad\.png"/],
    ['has no height', changedPng({ height: 0 }), /Cannot identify image file "bad\.png"/],
    [
      'declares 100,000 x 100,000 pixels',
      changedPng({ width: 100_000, height: 100_000 }),
      /"bad\.png" has 10000000000 pixels/,
    ],
    [
      'declares 9,000 x 9,000 and has nothing',
      changedPng({ width: 9000, height: 9000 }),
      /"bad\.png": it declares 81000000 pixels/,
    ],
  ])('because it %s is named, and nothing is written', async (_, bytes, message) => {
    expect(await failure(bytes)).toMatch(message);
  });

  it('because it is larger than any picture is not even read', async () => {
    const files = {
      ...createMemoryFiles({ 'input//big.png': fileOf('rgb.png') }),
      stat: async () => ({ sizeBytes: 2 ** 31, modifiedMs: 0 }),
      read: () => Promise.reject(new Error('it was read')),
    };
    const { execute } = createNodeBench({ files }).node('LoadImage').definition;
    await expect(execute({ image: 'big.png' }, { services: { files } } as never)).rejects.toThrow(
      'The image file "big.png" has 2147483648 bytes, more than the limit',
    );
  });
});

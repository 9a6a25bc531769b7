import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodePng } from './encode-png.ts';
import { encodePngFile, readPngChunks, readPngTexts } from './png-chunks.ts';

const tiny = { data: Uint8Array.of(1, 2, 3), width: 1, height: 1, channels: 3 };

test('every picture comes back as it was', async () => {
  const picture = fc.record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    channels: fc.constantFrom(1, 3, 4),
    seed: fc.integer({ min: 1, max: 1000 }),
    compressionLevel: fc.integer({ min: 0, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(picture, async ({ width, height, channels, seed, compressionLevel }) => {
      const data = new Uint8Array(width * height * channels).map((_, index) => (index * index * seed) >> 3);
      const file = await encodePng({ data, width, height, channels }, { compressionLevel });
      const { data: decoded, info } = await sharp(file)
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([width, height, channels]);
      expect(new Uint8Array(decoded)).toEqual(data);
    }),
    { numRuns: 60 },
  );
});

test('a large picture is compressed beside the event loop and comes back too', async () => {
  const data = new Uint8Array(200 * 200 * 3).map((_, index) => index >> 6);
  const file = await encodePng({ data, width: 200, height: 200, channels: 3 });
  expect(new Uint8Array(await sharp(file).raw().toBuffer())).toEqual(data);
});

test('texts stand uncompressed before the image data, in order', async () => {
  const texts = new Map([
    ['prompt', '{"1": "\\u00e9"}'],
    ['workflow', '{}'],
    ['title', 'naïve'],
    ['other', '日本'],
  ]);
  const file = await encodePng(tiny, { texts });
  expect([...readPngChunks(file)].map(chunk => chunk.type)).toEqual([
    'IHDR',
    'tEXt',
    'tEXt',
    'tEXt',
    'iTXt',
    'IDAT',
    'IEND',
  ]);
  expect(readPngTexts(file)).toEqual(texts);
  expect(Buffer.from(file).includes('prompt\0{"1": "\\u00e9"}')).toBe(true);
  const { comments } = await sharp(file).metadata();
  expect(comments?.map(({ keyword, text }) => [keyword, text])).toContainEqual(['workflow', '{}']);
});

test.each([
  ['an empty picture', { ...tiny, width: 0, data: new Uint8Array() }],
  ['two channels', { ...tiny, channels: 2, data: new Uint8Array(2) }],
  ['too few bytes', { ...tiny, height: 2 }],
])('%s is refused', async (_, image) => {
  await expect(encodePng(image)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test.each(['', 'k'.repeat(80), 'キー', 'a\0b'])('the keyword "%s" is refused', async keyword => {
  await expect(encodePng(tiny, { texts: [[keyword, 'x']] })).rejects.toThrow('The keyword of a PNG text');
});

test('compressed texts are read, damaged ones left out', () => {
  const packed = deflateSync('packed');
  const file = encodePngFile([
    { type: 'zTXt', data: Buffer.concat([Buffer.from('a\0\0'), packed]) },
    { type: 'iTXt', data: Buffer.concat([Buffer.from('b\0\x01\0de\0B\0'), packed]) },
    { type: 'zTXt', data: Buffer.from('c\0\0nonsense') },
    { type: 'iTXt', data: Buffer.from('d\0\0\0') },
    { type: 'tEXt', data: Buffer.from('e without end') },
    { type: 'tEXt', data: Buffer.from('a\0later') },
    { type: 'IEND', data: new Uint8Array() },
  ]);
  expect(readPngTexts(file)).toEqual(
    new Map([
      ['a', 'packed'],
      ['b', 'packed'],
    ]),
  );
});

test('reading chunks survives any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      const file = Buffer.concat([encodePngFile([]), bytes]);
      expect([...readPngChunks(file)].length).toBeLessThan(11);
      readPngTexts(file);
    }),
  );
});

// Animated PNG and WebP written, then read back by the decoders and by hand.
import { describe, expect, it } from 'vitest';
import { animatedPngFile } from './animated-png-file.ts';
import { encodeAnimatedWebp } from './animated-webp.ts';
import { type ByteImage, imageToBytes } from './byte-image.ts';
import { decodeImage } from './decode-image.ts';
import { readPngChunks } from './png-chunks.ts';

/** Frames of noise that no two are alike. */
function noise(count: number, width: number, height: number, channels: number): ByteImage[] {
  let state = 1;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state >> 16;
  };
  return Array.from({ length: count }, () => ({
    data: Uint8Array.from({ length: width * height * channels }, () => next() & 0xff),
    ...{ width, height, channels },
  }));
}

const texts = [
  ['prompt', '{"a": "Gr\\u00fcn"}'],
  ['workflow', '{"b": 1}'],
  ['more', '1'],
] as const;

async function pngFile(...args: Parameters<typeof animatedPngFile>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of animatedPngFile(...args)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The frames of a file as bytes of RGB. */
async function framesOf(file: Uint8Array): Promise<Uint8Array[]> {
  const { image } = await decodeImage(file);
  return Array.from({ length: image.dims[0] ?? 0 }, (_, index) => imageToBytes(image, index).data);
}

describe('animated PNG', () => {
  it.each([1, 2, 5])('brings back every pixel of %d frames', async count => {
    const frames = noise(count, 13, 7, 3);
    const file = await pngFile(frames, { count, frameMs: 166 });
    expect(await framesOf(file)).toEqual(frames.map(({ data }) => data));
  });

  it('keeps alpha', async () => {
    const frames = noise(2, 5, 4, 4);
    const { mask } = await decodeImage(await pngFile(frames, { count: 2, frameMs: 100 }));
    expect(mask.dims).toEqual([2, 4, 5]);
    expect(mask.data[3]).toBeCloseTo(1 - (frames[0]?.data[15] ?? 0) / 255, 6);
  });

  it('numbers its parts, tells how long frames last, and carries texts behind the pictures', async () => {
    const file = await pngFile(noise(2, 4, 4, 3), { count: 2, frameMs: 166, compressionLevel: 9, texts });
    const chunks = [...readPngChunks(file)];
    expect(chunks.map(({ type }) => type)).toEqual([
      'IHDR',
      'acTL',
      'fcTL',
      'IDAT',
      'fcTL',
      'fdAT',
      'comf',
      'comf',
      'comf',
      'IEND',
    ]);
    const numbered = chunks.filter(({ type }) => type === 'fcTL' || type === 'fdAT');
    expect(numbered.map(({ data }) => Buffer.from(data).readUInt32BE())).toEqual([0, 1, 2]);
    expect(Buffer.from(chunks[1]?.data ?? []).toString('hex')).toBe('0000000200000000');
    const control = Buffer.from(chunks[2]?.data ?? []);
    expect([control.length, control.readUInt16BE(20), control.readUInt16BE(22)]).toEqual([26, 166, 1000]);
    const comments = chunks.filter(({ type }) => type === 'comf').map(({ data }) => Buffer.from(data).toString());
    expect(comments).toEqual(texts.map(([key, text]) => `${key}\0${text}`));
  });

  it('tells long times in seconds', async () => {
    const file = await pngFile(noise(1, 2, 2, 3), { count: 1, frameMs: 100_000 });
    const control = [...readPngChunks(file)].find(({ type }) => type === 'fcTL');
    expect(Buffer.from(control?.data ?? []).readUInt32BE(20)).toBe((100 << 16) + 1);
  });

  it('refuses to be empty', async () => {
    await expect(pngFile([], { count: 0, frameMs: 1 })).rejects.toThrow(/number of frames must be at least 1/);
    await expect(pngFile(noise(1, 0, 4, 3), { count: 1, frameMs: 1 })).rejects.toThrow(/at least one pixel/);
  });
});

describe('WebP', () => {
  const lossless = { frameMs: 166, lossless: true, quality: 80, effort: 0 };

  it.each([1, 2, 5])('brings back every pixel of %d lossless frames', async count => {
    const frames = noise(count, 13, 7, 3);
    expect(await framesOf(await encodeAnimatedWebp(frames, lossless))).toEqual(frames.map(({ data }) => data));
  });

  it('keeps colours below transparent pixels', async () => {
    const [frame] = noise(1, 8, 8, 4);
    frame?.data.forEach((_, index) => {
      if (index % 4 === 3) frame.data[index] = 0;
    });
    const { image } = await decodeImage(await encodeAnimatedWebp(frame ? [frame] : [], { ...lossless, texts }));
    expect(imageToBytes(image).data.slice(0, 3)).toEqual(frame?.data.slice(0, 3));
  });

  it('is smaller when it may lose something', async () => {
    const frames = noise(3, 64, 64, 3);
    const sizes = [];
    for (const quality of [0, 50, 100])
      sizes.push((await encodeAnimatedWebp(frames, { ...lossless, lossless: false, quality })).length);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect((await encodeAnimatedWebp(frames, lossless)).length).toBeGreaterThan(sizes[2] ?? 0);
  });

  it.each([1, 3])('of %d frames has texts as big-endian EXIF without a prefix, and stays readable', async count => {
    const frames = noise(count, 12, 10, 3);
    const file = await encodeAnimatedWebp(frames, { ...lossless, texts });
    expect(await framesOf(file)).toEqual(frames.map(({ data }) => data));
    const chunks = riffChunks(Buffer.from(file));
    const header = chunks.find(({ type }) => type === 'VP8X')?.data;
    expect(chunks[0]?.type).toBe('VP8X');
    expect((header?.[0] ?? 0) & 0x0a).toBe(count === 1 ? 0x08 : 0x0a);
    expect([header?.readUIntLE(4, 3), header?.readUIntLE(7, 3)]).toEqual([11, 9]);
    const exif = chunks.at(-1);
    expect(exif?.type).toBe('EXIF');
    expect(exifTexts(exif?.data ?? Buffer.alloc(0))).toEqual({
      272: 'prompt:{"a": "Gr\\u00fcn"}',
      271: 'workflow:{"b": 1}',
      270: 'more:1',
    });
  });

  it('tells how long each frame lasts and repeats without end', async () => {
    const chunks = riffChunks(Buffer.from(await encodeAnimatedWebp(noise(2, 8, 8, 3), lossless)));
    const frames = chunks.filter(({ type }) => type === 'ANMF');
    expect(frames.map(({ data }) => data.readUIntLE(12, 3))).toEqual([166, 166]);
    expect(chunks.find(({ type }) => type === 'ANIM')?.data.readUInt16LE(4)).toBe(0);
  });

  it('refuses to be empty or larger than the format knows', async () => {
    await expect(encodeAnimatedWebp([], lossless)).rejects.toThrow(/no frame/);
    const wide = { data: new Uint8Array(3 * 16_384), width: 16_384, height: 1, channels: 3 };
    await expect(encodeAnimatedWebp([wide], lossless)).rejects.toThrow(/1 to 16383 pixels a side.*16384x1/);
  });
});

function riffChunks(file: Buffer): { type: string; data: Buffer }[] {
  expect([file.toString('latin1', 0, 4), file.readUInt32LE(4)]).toEqual(['RIFF', file.length - 8]);
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 12; at < file.length; at += 8 + Math.ceil(file.readUInt32LE(at + 4) / 2) * 2) {
    chunks.push({
      type: file.toString('latin1', at, at + 4),
      data: file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4)),
    });
  }
  return chunks;
}

/** ASCII entries of the first directory (TIFF 6.0, section 2). */
function exifTexts(exif: Buffer): Record<number, string> {
  expect(exif.toString('latin1', 0, 4)).toBe('MM\0*');
  const directory = exif.readUInt32BE(4);
  const found: Record<number, string> = {};
  for (let i = 0; i < exif.readUInt16BE(directory); i++) {
    const entry = directory + 2 + i * 12;
    const length = exif.readUInt32BE(entry + 4);
    const start = length <= 4 ? entry + 8 : exif.readUInt32BE(entry + 8);
    expect([exif.readUInt16BE(entry + 2), exif[start + length - 1]]).toEqual([2, 0]);
    found[exif.readUInt16BE(entry)] = exif.toString('utf8', start, start + length - 1);
  }
  return found;
}

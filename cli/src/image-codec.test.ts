import { type ByteImage, encodePng, readPngTexts } from '@snug/engine';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { imageCodec } from './image-codec.ts';

const size = { width: 2, height: 1 };
/** A red pixel that is half transparent and a blue one that is opaque. */
const pixels: ByteImage = { ...size, channels: 4, data: Uint8Array.from([255, 0, 0, 128, 0, 0, 255, 255]) };
const opaque: ByteImage = { ...size, channels: 3, data: Uint8Array.from([10, 20, 30, 40, 50, 60]) };

async function bytesOf(file: Uint8Array): Promise<{ data: number[]; channels: number }> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return { data: [...data], channels: info.channels };
}

describe('imageCodec', () => {
  it('shows colours without blending them with anything', async () => {
    const shown = await bytesOf(await imageCodec.colorChannels(await encodePng(pixels)));
    expect(shown).toEqual({ channels: 3, data: [255, 0, 0, 0, 0, 255] });
  });

  it('shows alpha as black pixels, opaque where the file has none', async () => {
    const shown = await bytesOf(await imageCodec.alphaChannel(await encodePng(pixels)));
    expect(shown).toEqual({ channels: 4, data: [0, 0, 0, 128, 0, 0, 0, 255] });
    const none = await bytesOf(await imageCodec.alphaChannel(await encodePng(opaque)));
    expect(none.data).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
  });

  it('replaces alpha by that of a mask and keeps the texts of the picture', async () => {
    const original = await encodePng(opaque, { texts: [['prompt', '{}']] });
    const masked = await imageCodec.replaceAlpha(original, await encodePng(pixels));
    expect(await bytesOf(masked)).toEqual({ channels: 4, data: [10, 20, 30, 128, 40, 50, 60, 255] });
    expect([...readPngTexts(masked)]).toEqual([['prompt', '{}']]);
  });

  it('refuses a mask of another size', async () => {
    const wide = await encodePng({ width: 3, height: 1, channels: 3, data: new Uint8Array(9) });
    await expect(imageCodec.replaceAlpha(await encodePng(opaque), wide)).rejects.toThrow('another size (3x1)');
  });

  it.each([
    ['webp', true, 4],
    ['webp', false, 3],
    ['jpeg', false, 3],
  ] as const)('encodes as %s (alpha: %s)', async (format, keepAlpha, channels) => {
    const encoded = await imageCodec.encode(await encodePng(pixels), { format, quality: 90, keepAlpha });
    const { format: found, width, height } = await sharp(encoded).metadata();
    expect({ found, width, height, channels: (await bytesOf(encoded)).channels }).toEqual({
      found: format,
      ...size,
      channels,
    });
  });

  it('throws for bytes that are no picture', async () => {
    const encoding = imageCodec.encode(new Uint8Array([1, 2, 3]), { format: 'webp', quality: 90, keepAlpha: true });
    await expect(encoding).rejects.toThrow();
  });
});

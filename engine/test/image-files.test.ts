import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../src/errors.ts';
import { type DecodedImage, decodeImage } from '../src/media/decode-image.ts';
import { encodePng } from '../src/media/encode-png.ts';
import { encodePngFile, type PngChunk, readPngChunks } from '../src/media/png-chunks.ts';
import { goldenCases, goldenPath, maxDifference, openGolden } from './golden-files.ts';

const fileOf = (name: string) => new Uint8Array(readFileSync(goldenPath('media', 'files', name)));
const names = goldenCases<{ image: string }>('media', 'LoadImage').map(golden => golden.params.image.slice(6));

async function failureOf(bytes: Uint8Array, maxPixels?: number): Promise<EngineError> {
  const options = maxPixels === undefined ? {} : { maxPixels };
  const error = await decodeImage(bytes, { name: 'x.png', ...options }).catch((reason: unknown) => reason);
  if (!(error instanceof EngineError)) throw new Error(`expected an EngineError, got ${error}`, { cause: error });
  return error;
}

/** Values of a picture as bytes again. */
const bytesOf = ({ image }: DecodedImage) => Array.from(image.data, value => Math.round(value * 255));

describe('a picture file', () => {
  test.each(goldenCases<{ image: string }>('media', 'LoadImage'))(
    '$params.image has the golden pixels and mask',
    async golden => {
      const expected = await openGolden('media', golden.file);
      const { image, mask } = await decodeImage(fileOf(golden.params.image.slice(6)));
      for (const [actual, name] of [[image, 'out.image'] as const, [mask, 'out.mask'] as const]) {
        const wanted = await expected.readTensor(name);
        expect(actual.dims).toEqual(wanted.dims);
        expect(maxDifference(actual.data, wanted.data)).toBeLessThanOrEqual(golden.tolerance_suggested);
      }
    },
  );

  test('that is cut off in its pixels is decoded as far as it goes, the rest black', async () => {
    const data = new Uint8Array(64 * 64 * 3).map((_, index) => 1 + ((index * 7919) % 251));
    const file = await encodePng({ data, width: 64, height: 64, channels: 3 });
    const values = bytesOf(await decodeImage(file.subarray(0, file.length >> 1)));
    expect(values.slice(0, 30)).toEqual([...data.subarray(0, 30)]);
    expect(values.slice(-30)).toEqual(Array(30).fill(0));
  });

  test('of 16-bit colour keeps the upper byte', async () => {
    const raw = Uint16Array.of(0x1234, 0x80ff, 0xffff, 0x0001, 0x0100, 0xabcd);
    const input = { raw: { width: 2, height: 1, channels: 3 as const } };
    const file = await sharp(raw, input).toColourspace('rgb16').png().toBuffer();
    expect(bytesOf(await decodeImage(file))).toEqual([0x12, 0x80, 0xff, 0x00, 0x01, 0xab]);
  });

  test('of four inks is turned into light without a colour profile', async () => {
    const raw = { width: 8, height: 8, channels: 3 as const };
    const file = await sharp(new Uint8Array(192).fill(120), { raw }).toColourspace('cmyk').jpeg().toBuffer();
    const { image } = await decodeImage(file);
    expect(image.dims).toEqual([1, 8, 8, 3]);
    expect(maxDifference(image.data, new Float32Array(192).fill(120 / 255))).toBeLessThan(0.15);
  });

  test('in AVIF or TIFF is read too', async () => {
    const gray = sharp(new Uint8Array(16 * 16 * 3).fill(200), { raw: { width: 16, height: 16, channels: 3 } });
    for (const file of [await gray.clone().avif({ quality: 90 }).toBuffer(), await gray.clone().tiff().toBuffer()]) {
      expect(maxDifference((await decodeImage(file)).image.data, new Float32Array(768).fill(200 / 255))).toBeLessThan(
        0.02,
      );
    }
  });

  test('is turned upright', async () => {
    const raw = { width: 2, height: 1, channels: 3 as const };
    const upright = await sharp(Uint8Array.of(255, 0, 0, 0, 0, 255), { raw })
      .withMetadata({ orientation: 8 })
      .png()
      .toBuffer();
    const { image } = await decodeImage(upright);
    expect(image.dims).toEqual([1, 2, 1, 3]);
    expect([...image.data]).toEqual([0, 0, 1, 1, 0, 0]);
  });
});

describe('a bad picture file', () => {
  test.each([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('this is no picture')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a PDF', Buffer.from('%PDF-1.7')],
  ])('of %s cannot be identified', async (_, bytes) => {
    const error = await failureOf(bytes);
    expect(error.code).toBe('IMAGE_UNIDENTIFIED');
    expect(error.message).toContain('Cannot identify image file "x.png"');
  });

  test('with a broken header chunk is refused by name', async () => {
    const file = fileOf('rgb.png');
    file[12] = 0;
    const error = await failureOf(file);
    expect(error.code).toBe('IMAGE_UNIDENTIFIED');
    expect(error.message).toContain('Cannot identify image file "x.png": Input buffer has corrupt header');
    expect(error.message).not.toContain('\n');
  });

  test('with too many pixels is refused before it is decoded', async () => {
    const bomb = encodePngFile(
      [...readPngChunks(fileOf('rgb.png'))].map(chunk => {
        if (chunk.type !== 'IHDR') return chunk;
        const data = Uint8Array.from(chunk.data);
        new DataView(data.buffer).setUint32(0, 100_000);
        new DataView(data.buffer).setUint32(4, 100_000);
        return { ...chunk, data };
      }),
    );
    expect(await failureOf(bomb)).toMatchObject({ code: 'IMAGE_TOO_LARGE', details: { pixels: 1e10 } });
  });

  test('that holds next to nothing of the size that it declares is refused before it is decoded', async () => {
    const hollow = fileOf('photo.bmp');
    new DataView(hollow.buffer).setInt32(18, 9000, true);
    new DataView(hollow.buffer).setInt32(22, 9000, true);
    const error = await failureOf(hollow);
    expect(error.code).toBe('IMAGE_DAMAGED');
    expect(error.message).toContain('it declares 81000000 pixels, but its 270 bytes cannot hold them');
  });

  test.each(['anim.gif', 'anim.png', 'photo.bmp', 'rgba.png'])(
    'counts all frames of %s against the limit',
    async name => {
      const frames = (await decodeImage(fileOf(name))).image.dims[0] ?? 0;
      expect(await failureOf(fileOf(name), 63 * frames - 1)).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
      await decodeImage(fileOf(name), { maxPixels: 63 * frames });
    },
  );

  test('is decoded or refused, never worse, wherever it is cut or changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(2000),
        fc.array(fc.tuple(fc.nat(999), fc.nat(255)), { maxLength: 3 }),
        async (name, length, changes) => {
          const bytes = fileOf(name);
          for (const [position, value] of changes) if (position < bytes.length) bytes[position] = value;
          try {
            const { image, mask } = await decodeImage(bytes.subarray(0, length), { maxPixels: 1_000_000 });
            expect(image.data).toHaveLength(image.dims.reduce((product, dim) => product * dim, 1));
            expect(mask.dims).toHaveLength(3);
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('an animated PNG', () => {
  const frameControl = (fields: { x?: number; width?: number; disposal?: number; blending?: number }): PngChunk => {
    const data = new Uint8Array(26);
    const view = new DataView(data.buffer);
    view.setUint32(4, fields.width ?? 2);
    view.setUint32(8, 1);
    view.setUint32(12, fields.x ?? 0);
    data[24] = fields.disposal ?? 0;
    data[25] = fields.blending ?? 0;
    return { type: 'fcTL', data };
  };
  const pixelsOf = async (rgba: number[]): Promise<Uint8Array> => {
    const file = await encodePng({ data: Uint8Array.from(rgba), width: rgba.length / 4, height: 1, channels: 4 });
    return [...readPngChunks(file)].find(chunk => chunk.type === 'IDAT')?.data ?? new Uint8Array();
  };
  const red = [255, 0, 0, 255];
  const blue = [0, 0, 255, 255];
  const half = [0, 255, 0, 128];
  const clear = [0, 0, 0, 0];

  async function animation(second: number[], control: PngChunk, firstDisposal: number): Promise<number[]> {
    const still = await encodePng({ data: Uint8Array.from([...red, ...red]), width: 2, height: 1, channels: 4 });
    const [header, pixels] = [...readPngChunks(still)];
    const part = { type: 'fdAT', data: Buffer.concat([new Uint8Array(4), await pixelsOf(second)]) };
    const chunks = [
      header as PngChunk,
      { type: 'acTL', data: new Uint8Array(8) },
      frameControl({ disposal: firstDisposal }),
      pixels as PngChunk,
      control,
      part,
      { type: 'IEND', data: new Uint8Array() },
    ];
    const { image, mask } = await decodeImage(encodePngFile(chunks));
    expect(image.dims).toEqual([2, 1, 2, 3]);
    const alpha = Array.from(mask.data.subarray(2), value => Math.round((1 - value) * 255));
    return bytesOf({ image, mask })
      .slice(6)
      .flatMap((value, index) => (index % 3 === 2 ? [value, alpha[(index - 2) / 3] ?? 0] : [value]));
  }

  test('draws a part over what was there', async () => {
    expect(await animation(blue, frameControl({ x: 1, width: 1 }), 0)).toEqual([...red, ...blue]);
    expect(await animation(half, frameControl({ x: 1, width: 1, blending: 1 }), 0)).toEqual([...red, 127, 128, 0, 255]);
    expect(await animation(half, frameControl({ x: 1, width: 1 }), 0)).toEqual([...red, ...half]);
  });

  test('clears or restores the area of a frame when it asks for it', async () => {
    expect(await animation(blue, frameControl({ x: 1, width: 1 }), 1)).toEqual([...clear, ...blue]);
    expect(await animation(blue, frameControl({ x: 1, width: 1 }), 2)).toEqual([...clear, ...blue]);
  });

  test('with a frame outside of the picture is refused', async () => {
    await expect(animation(blue, frameControl({ x: 2, width: 1 }), 0)).rejects.toThrow('a frame lies outside');
  });
});

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { encodePreview } from '../src/media/encode-preview.ts';
import { invertImage } from '../src/media/invert-image.ts';
import { resizePlanes } from '../src/media/resize-planes.ts';
import { type ImageScaleMethod, scaleImage } from '../src/media/scale-image.ts';
import { solidImage } from '../src/media/solid-image.ts';
import { goldenCases, maxDifference, openGolden } from './golden-files.ts';

interface ScaleParams {
  readonly 'in.upscale_method': ImageScaleMethod;
  readonly 'in.width': number;
  readonly 'in.height': number;
  readonly 'in.crop': 'disabled' | 'center';
}

const image = { data: new Float32Array(2 * 3 * 3).map((_, index) => index / 18), dims: [1, 2, 3, 3] };

describe('scaling images', () => {
  test.each(goldenCases<ScaleParams>('media', 'ImageScale'))('$case: $params', async ({ params, file }) => {
    const golden = await openGolden('media', file);
    const expected = await golden.readTensor('out.0');
    const method = params['in.upscale_method'];
    const scaled = scaleImage(await golden.readTensor('in.image'), {
      method,
      width: params['in.width'],
      height: params['in.height'],
      crop: params['in.crop'],
    });
    expect(scaled.dims).toEqual(expected.dims);
    // lanczos works on bytes and is exact
    expect(maxDifference(scaled.data, expected.data)).toBeLessThanOrEqual(method === 'lanczos' ? 0 : 2e-6);
  });

  test('refuses sizes and methods that make no sense', () => {
    const options = { method: 'area', width: 4, height: 4 } as const;
    expect(() => scaleImage(image, { ...options, width: -1 })).toThrow('An image side must be a whole number');
    expect(() => scaleImage(image, { ...options, height: 1.5 })).toThrow('An image side must be a whole number');
    expect(() => scaleImage(image, { ...options, method: 'magic' as 'area' })).toThrow('upscale_method');
  });

  test('never gives a side of zero', () => {
    expect(scaleImage({ ...image, dims: [1, 1, 6, 3] }, { method: 'bilinear', width: 1, height: 0 }).dims).toEqual([
      1, 1, 1, 3,
    ]);
  });
});

describe('scaling planes', () => {
  interface LatentParams {
    readonly 'in.upscale_method': 'bilinear';
    readonly 'in.width': number;
    readonly 'in.height': number;
  }
  test.each(goldenCases<LatentParams>('media', 'LatentUpscale'))('resizes latents, $case', async ({ params, file }) => {
    const golden = await openGolden('media', file);
    const expected = await golden.readTensor('out.0.samples');
    const resized = resizePlanes(await golden.readTensor('in.samples.samples'), {
      method: params['in.upscale_method'],
      width: params['in.width'] / 8,
      height: params['in.height'] / 8,
    });
    expect(resized.dims).toEqual(expected.dims);
    expect(maxDifference(resized.data, expected.data)).toBeLessThan(2e-6);
  });
});

test.each(goldenCases<Record<`in.${string}`, number>>('media', 'EmptyImage'))(
  'a solid picture, $case',
  async ({ params, file }) => {
    const expected = await (await openGolden('media', file)).readTensor('out.0');
    const solid = solidImage({
      width: params['in.width'] ?? 0,
      height: params['in.height'] ?? 0,
      batch: params['in.batch_size'] ?? 0,
      color: params['in.color'] ?? 0,
    });
    expect(solid).toEqual(expected);
  },
);

test.each(goldenCases('media', 'ImageInvert'))('a negative', async ({ file }) => {
  const golden = await openGolden('media', file);
  expect(invertImage(await golden.readTensor('in.image'))).toEqual(await golden.readTensor('out.0'));
});

describe('a preview', () => {
  test.each([
    [64, 64, 512, 512],
    [96, 64, 512, 341],
    [64, 96, 341, 512],
    [1000, 1, 512, 1],
  ])('of %d x %d is a JPEG of %d x %d', async (width, height, toWidth, toHeight) => {
    const rgb = { data: new Float32Array(width * height * 3), dims: [height, width, 3] };
    const { format, ...info } = await sharp(await encodePreview(rgb)).metadata();
    expect(format).toBe('jpeg');
    expect([info.width, info.height]).toEqual([toWidth, toHeight]);
  });

  test('maps -1..1 to black..white and clips the rest', async () => {
    const rgb = { data: Float32Array.of(-1, -1, -1, 1, 1, 1, -9, -9, -9, 9, 9, 9), dims: [2, 2, 3] };
    const jpeg = await encodePreview(rgb, { maxSide: 64 });
    const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([64, 64]);
    expect(data[0]).toBeLessThan(3);
    expect(data[63 * 3]).toBeGreaterThan(252);
    expect(data[64 * 63 * 3]).toBeLessThan(3);
    expect(data.at(-1)).toBeGreaterThan(252);
  });
});

import { afterAll, describe, expect, it } from 'vitest';
import { imageNoiseWork } from '../src/media/add-image-noise.ts';
import { blendWork } from '../src/media/blend-images.ts';
import { blurWork, sharpenWork } from '../src/media/blur-image.ts';
import { cannyWork } from '../src/media/canny-edges.ts';
import { compositeWork } from '../src/media/composite.ts';
import { morphologyWork } from '../src/media/morphology.ts';
import { fitWork, outpaintWork } from '../src/media/pad-image.ts';
import { PixelThreads } from '../src/media/pixel-threads.ts';
import { doPixelWork, type PixelWork, pixelPass } from '../src/media/pixel-work.ts';
import { cutWork, flipWork, joinWork, repeatWork, rotateWork } from '../src/media/place-pixels.ts';
import { quantizeWork } from '../src/media/quantize-image.ts';
import { imageScaleMethods, scaleWork } from '../src/media/scale-image.ts';
import { stitchWork } from '../src/media/stitch-images.ts';
import { rgbToYuvWork, yuvToRgbWork } from '../src/media/yuv.ts';
import { randomPicture } from './pictures.ts';

const threads = new PixelThreads({ threads: 2, inlineValues: 0 });
afterAll(() => threads[Symbol.asyncDispose]());

const picture = randomPicture(2, 47, 61, 3);
const other = randomPicture(1, 30, 25, 3);
const scaled = { width: 33, height: 80, crop: 'center' } as const;

const works: readonly (readonly [name: string, work: PixelWork<unknown>])[] = [
  ...imageScaleMethods.map(method => [`scale ${method}`, scaleWork(picture, { method, ...scaled })] as const),
  ['scale with alpha', scaleWork(randomPicture(1, 20, 30, 4), { method: 'lanczos', width: 50, height: 11 })],
  ['blur', blurWork(picture, { radius: 8, sigma: 1 })],
  ['sharpen', sharpenWork(picture, { radius: 3, sigma: 1, alpha: 0.4 })],
  ['blend', blendWork(picture, other, { mode: 'soft_light', factor: 0.7 })],
  [
    'composite',
    compositeWork(picture, other, { x: 4, y: 6, mask: { data: other.data.subarray(0, 750), dims: [1, 30, 25] } }),
  ],
  ['morphology', morphologyWork(picture, { operation: 'top_hat', size: 6 })],
  ['canny', cannyWork(picture, { low: 0.1, high: 0.4 })],
  ['quantize', quantizeWork(picture, { colors: 9, dither: 'floyd-steinberg' })],
  ['to yuv', rgbToYuvWork(picture)],
  ['from yuv', yuvToRgbWork(picture, picture, picture)],
  ['noise', imageNoiseWork(picture, { seed: 7n, strength: 0.2 })],
  ['cut', cutWork(picture, { x: 3, y: 5, width: 40, height: 30 })],
  ['rotate', rotateWork(picture, 1)],
  ['flip', flipWork(picture, 'horizontally')],
  ['join', joinWork([picture, picture])],
  ['repeat', repeatWork(picture, 3)],
  ['outpaint', outpaintWork(picture, { left: 8, top: 0, right: 3, bottom: 5, feathering: 6 })],
  ['fit', fitWork(picture, { width: 90, height: 60, method: 'area', margin: 1 })],
  ['stitch', stitchWork(picture, other, { direction: 'up', matchSize: true, spacing: 3, color: 'red' })],
];

/** Picture of a size that takes a while, in shared memory: there is nothing to copy before the work begins. */
function largePicture() {
  const dims = [1, 2160, 3840, 3];
  return { data: new Float32Array(new SharedArrayBuffer(2160 * 3840 * 3 * 4)), dims };
}

describe('work on pixel threads', () => {
  it.each(works)('gives the same bits as on the calling thread: %s', async (_, work) => {
    expect(await threads.run(work)).toEqual(doPixelWork(work));
  });

  it('leaves what it was given as it was', async () => {
    const before = picture.data.slice();
    for (const [, work] of works) await threads.run(work);
    expect(picture.data).toEqual(before);
  });

  it('is not worth it for small pictures', async () => {
    await using pool = new PixelThreads();
    const { data } = await pool.run(blurWork(picture, { radius: 1, sigma: 1 }));
    expect(data.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('does not copy a picture that is the result of earlier work', async () => {
    const first = await threads.run(blurWork(picture, { radius: 1, sigma: 1 }));
    expect(first.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(await threads.run(cutWork(first, { x: 0, y: 0, width: 61, height: 47 }))).toBe(first);
  });

  it('answers several works that were asked for at once', async () => {
    const results = await Promise.all(works.map(([, work]) => threads.run(work)));
    expect(results).toEqual(works.map(([, work]) => doPixelWork(work)));
  });

  it('leaves the event loop free: an interrupt lands before the result of a large picture', async () => {
    const controller = new AbortController();
    const work = scaleWork(largePicture(), { method: 'lanczos', width: 5760, height: 3240 });
    const result = threads.run(work, { signal: controller.signal });
    setImmediate(() => controller.abort(new Error('interrupted')));
    await expect(result).rejects.toThrow('interrupted');
    // The bands that had begun do not disturb what comes after them.
    const next = blurWork(picture, { radius: 2, sigma: 1 });
    expect(await threads.run(next)).toEqual(doPixelWork(next));
  });

  it('does not begin when the run was interrupted before', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(threads.run(blurWork(picture, { radius: 1, sigma: 1 }), { signal })).rejects.toThrow('too late');
  });

  it('fails by name when a kernel fails, and goes on with other work', async () => {
    const broken: PixelWork<undefined> = {
      values: 1,
      *steps() {
        yield pixelPass('lumaRows', { channels: 1 } as never, 4);
        return undefined;
      },
    };
    await expect(threads.run(broken)).rejects.toMatchObject({
      code: 'PIXEL_WORK_FAILED',
      details: { kernel: 'lumaRows' },
    });
    const next = rotateWork(picture, 2);
    expect(await threads.run(next)).toEqual(doPixelWork(next));
  });

  it('fails clearly when there is no room for the result', async () => {
    const work = scaleWork(picture, { method: 'area', width: 2 ** 26, height: 2 ** 26 });
    await expect(threads.run(work)).rejects.toMatchObject({ code: 'PIXELS_OUT_OF_MEMORY' });
    expect(() => doPixelWork(work)).toThrow(/There is no room for \d+ MB/);
  });

  it('ends with its threads, and what runs then fails', async () => {
    const pool = new PixelThreads({ threads: 1 });
    const result = pool.run(scaleWork(largePicture(), { method: 'lanczos', width: 1920, height: 1080 }));
    const failed = expect(result).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
    await new Promise(resolve => setImmediate(resolve));
    await pool[Symbol.asyncDispose]();
    await failed;
    await expect(pool.run(blurWork(picture, { radius: 1, sigma: 1 }))).rejects.toMatchObject({
      code: 'ENGINE_DISPOSED',
    });
  });
});

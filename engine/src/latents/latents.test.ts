// Kernels on latents; the recorded calls of the nodes check their numbers, so this is about borders and bad input.
import { describe, expect, it } from 'vitest';
import { fitBatch, repeatBatch } from './batches.ts';
import { momentMask, replaceFrames } from './known-frames.ts';
import { interpolateLatents, matchLatent, mixLatents } from './mix-latents.ts';
import { pasteLatent } from './paste-latent.ts';
import { patchMask } from './patch-mask.ts';

import { scaleLatent } from './scale-latent.ts';
import { latentFrames, modelZeros, videoFormats, videoLatentDims } from './video-formats.ts';

const filled = (value: number, ...dims: number[]) => ({
  data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value),
  dims,
});
const values = (dims: number[], ...data: number[]) => ({ data: Float32Array.from(data), dims });

describe('batches', () => {
  it('are repeated from their first item, and cut', () => {
    expect(fitBatch(values([2, 1], 1, 2), 5).data).toEqual(Float32Array.of(1, 2, 1, 2, 1));
    expect(fitBatch(values([2, 1], 1, 2), 1)).toEqual(values([1, 1], 1));
    expect(repeatBatch(values([2, 1], 1, 2), 0)).toEqual(values([0, 1]));
  });

  it('cannot be filled from nothing', () => {
    expect(() => fitBatch(filled(0, 0, 4), 1)).toThrow('The batch must be one item or more, but it is empty');
    expect(fitBatch(filled(0, 0, 4), 0).dims).toEqual([0, 4]);
  });
});

describe('scaling latents', () => {
  it('refuses what has no height and width, and sizes that are none', () => {
    const to = { method: 'bilinear', width: 2, height: 2 } as const;
    expect(() => scaleLatent(filled(0, 1, 64, 8), to)).toThrow('[1, 64, 8]');
    expect(() => scaleLatent(filled(0, 0, 4, 2, 2), to)).toThrow('not empty');
    for (const width of [0, -1, 1.5, Number.NaN]) {
      expect(() => scaleLatent(filled(0, 1, 1, 2, 2), { ...to, width })).toThrow('whole number of cells');
    }
  });

  it('cuts the longer side before it scales', () => {
    const wide = values([1, 1, 1, 4], 9, 1, 1, 9);
    const cut = scaleLatent(wide, { method: 'area', width: 1, height: 1, crop: 'center' });
    expect(cut.data[0]).toBe(1);
    const narrow = scaleLatent(filled(2, 1, 1, 64, 2), { method: 'bilinear', width: 1, height: 4096, crop: 'center' });
    expect(narrow.dims).toEqual([1, 1, 4096, 1]);
  });
});

describe('two latents', () => {
  it('are brought to one size and one number of items', () => {
    const matched = matchLatent(filled(3, 1, 2, 5, 7), filled(0, 3, 2, 4, 4));
    expect(matched).toEqual(filled(3, 3, 2, 4, 4));
  });

  it('must be of one kind', () => {
    expect(() => matchLatent(filled(0, 1, 4, 2, 2), filled(0, 1, 4, 3, 2, 2))).toThrow('[1, 4, 2, 2]');
    expect(() => matchLatent(filled(0, 1, 4, 2, 2, 2), filled(0, 1, 4, 3, 2, 2))).toThrow('[any, 4, 3, any, any]');
  });

  it('are weighed, and interpolated between the first and the second', () => {
    const [a, b] = [values([1, 1, 1, 1], 4), values([1, 1, 1, 1], 2)];
    expect(mixLatents([0.5, a], [-1, b]).data[0]).toBe(0);
    expect(interpolateLatents(a, b, 1).data[0]).toBe(4);
    expect(interpolateLatents(a, b, 0).data[0]).toBe(2);
  });

  it('keep NaN where it was, so that the sampler can tell', () => {
    const broken = values([1, 1, 1, 2], Number.NaN, 1);
    expect([...mixLatents([1, broken], [1, filled(1, 1, 1, 1, 2)]).data]).toEqual([Number.NaN, 2]);
  });

  it('lie on each other with soft edges only inside', () => {
    const pasted = pasteLatent(filled(0, 1, 1, 1, 4), filled(1, 1, 1, 1, 2), { x: 1, y: 0, feather: 2 });
    expect([...pasted.data]).toEqual([0, 0.5, 0.5, 0]);
    expect(() => pasteLatent(pasted, pasted, { x: -1, y: 0, feather: 0 })).toThrow('x and y must be 0 or more');
  });
});

describe('videos', () => {
  it('have a latent frame for the first frame and one per whole group behind it', () => {
    const counts = [1, 4, 5, 8, 9].map(frames => latentFrames(videoFormats.wan21, frames));
    expect(counts).toEqual([1, 1, 2, 2, 3]);
    expect(videoLatentDims(videoFormats.ltxv, { width: 95, height: 64, length: 9 }, 2)).toEqual([2, 128, 2, 2, 2]);
  });

  it('are zero to a model at the means of its channels', () => {
    const zeros = modelZeros(videoFormats.wan21, [2, 16, 1, 1, 2]);
    expect([...zeros.data.subarray(0, 4)]).toEqual([-0.7571, -0.7571, -0.7089, -0.7089].map(Math.fround));
    expect(zeros.data.subarray(32)).toEqual(zeros.data.subarray(0, 32));
    expect(modelZeros(videoFormats.cosmos, [1, 16, 1, 1, 1]).data.every(value => value === 0)).toBe(true);
    expect(() => modelZeros(videoFormats.wan21, [1, 4, 1, 1, 1])).toThrow('16, as in latents of Wan 2.1');
  });

  it('take frames in, at most to their end', () => {
    const replaced = replaceFrames(filled(0, 2, 1, 3, 1, 1), values([1, 1, 2, 1, 1], 5, 6), 2);
    expect([...replaced.data]).toEqual([0, 0, 5, 0, 0, 5]);
    expect(() => replaceFrames(replaced, replaced, 3)).toThrow('in 0 to 2');
    expect(() => replaceFrames(replaced, filled(0, 1, 2, 1, 1, 1), 0)).toThrow('[2, 2, 1, 1, 1]');
  });

  it('have masks of the moments of every frame', () => {
    const mask = momentMask([1, 2, 3, 1, 1], moment => moment < 3);
    expect([...mask.data]).toEqual([0, 0, 1, 0, 1, 1]);
  });

  it('keep every pixel of a mask as a channel', () => {
    const mask = values([1, 2, 4], 0, 1, 4, 5, 2, 3, 6, 7);
    const patched = patchMask(mask, 2, 2);
    expect(patched.dims).toEqual([1, 4, 2, 1, 2]);
    expect([...patched.data]).toEqual([0, 4, 0, 4, 1, 5, 1, 5, 2, 6, 2, 6, 3, 7, 3, 7]);
    expect(() => patchMask(filled(0, 1, 1, 4), 2, 1)).toThrow('[1, 1, 4]');
    expect(() => patchMask(filled(0, 4, 4), 2, 1)).toThrow('[4, 4]');
  });
});

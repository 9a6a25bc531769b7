import type { Tensor } from '@snug/engine';
import { describe, expect, it } from 'vitest';
import { RebatchImages } from './rebatch-images.ts';

/** A batch of pictures of 1 x `width` pixels and one channel, filled with these levels. */
const batch = (width: number, ...levels: number[]): Tensor => ({
  data: new Float32Array(levels.flatMap(level => Array.from({ length: width }, () => level))),
  dims: [levels.length, 1, width, 1],
});

const rebatch = (images: readonly Tensor[], size: number) =>
  RebatchImages.execute({ images, batch_size: [size] }, {} as never) as [Tensor[]];

describe('RebatchImages', () => {
  it('fills batches across the borders of those that come in; the last may be smaller', () => {
    const [batches] = rebatch([batch(2, 1, 2, 3), batch(2, 4, 5)], 2);
    expect(batches).toEqual([batch(2, 1, 2), batch(2, 3, 4), batch(2, 5)]);
  });

  it('makes one batch of all when it is large enough, and as many as pictures when it is 1', () => {
    expect(rebatch([batch(1, 1), batch(1, 2)], 9)[0]).toEqual([batch(1, 1, 2)]);
    expect(rebatch([batch(1, 1, 2)], 1)[0]).toEqual([batch(1, 1), batch(1, 2)]);
  });

  it('takes pictures of different sizes as long as they do not share a batch', () => {
    expect(rebatch([batch(1, 1), batch(2, 2)], 1)[0]).toEqual([batch(1, 1), batch(2, 2)]);
    expect(() => rebatch([batch(1, 1), batch(2, 2)], 2)).toThrow(/1x1x1.*1x2x1/);
  });
});

import { describe, expect, it } from 'vitest';
import { boundsOfMask, featheredEdges, regionOfArea } from './region.ts';

describe('the region of an area', () => {
  it('is given in cells', () => {
    expect(regionOfArea([4, 6, 1, 2], 12, 16)).toEqual({ top: 1, left: 2, height: 4, width: 6 });
  });

  it('is given in shares of the picture, of at least one cell', () => {
    expect(regionOfArea(['percentage', 0.5, 0.25, 0.25, 0.5], 12, 16)).toEqual({
      top: 3,
      left: 8,
      height: 6,
      width: 4,
    });
    expect(regionOfArea(['percentage', 0, 0, 0, 0], 12, 16)).toEqual({ top: 0, left: 0, height: 1, width: 1 });
  });

  it('ends where the picture ends', () => {
    expect(regionOfArea([12, 12, 6, 8], 12, 16)).toEqual({ top: 6, left: 8, height: 6, width: 8 });
  });

  it.each([
    'all',
    [1, 2, 3],
    [1, 2, 3, Number.NaN],
    ['percent', 1, 1, 0, 0],
    [4, 4, 12, 0],
    [0, 4, 0, 0],
    [4, 4, -1, 0],
    ['percentage', 1, 1, 1, 0],
    null,
  ])('cannot be %j', area => {
    expect(() => regionOfArea(area, 12, 16)).toThrow('The area of a conditioning must be');
  });
});

describe('the bounds of a mask', () => {
  it('hold all of its positive values, of every item', () => {
    const mask = new Float32Array(2 * 4 * 5);
    mask[1 * 5 + 3] = 0.1;
    mask[20 + 2 * 5 + 1] = 1;
    expect(boundsOfMask(mask, 4, 5)).toEqual({ top: 1, left: 1, height: 2, width: 3 });
  });

  it('are one cell when there are none', () => {
    expect(boundsOfMask(new Float32Array(20), 4, 5)).toEqual({ top: 0, left: 0, height: 1, width: 1 });
  });
});

describe('feathered edges', () => {
  it('rise over a quarter of the side, except at the edges of the picture', () => {
    const weights = featheredEdges({ top: 0, left: 4, height: 1, width: 8 }, 1, 16);
    expect([...weights]).toEqual([0.5, 1, 1, 1, 1, 1, 1, 0.5]);
    const atRightEdge = featheredEdges({ top: 0, left: 8, height: 1, width: 8 }, 1, 16);
    expect([...atRightEdge]).toEqual([0.5, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('reach over eight cells at most', () => {
    const weights = featheredEdges({ top: 0, left: 1, height: 1, width: 64 }, 1, 100);
    expect([...weights.slice(0, 9)]).toEqual([1 / 8, 2 / 8, 3 / 8, 4 / 8, 5 / 8, 6 / 8, 7 / 8, 1, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { grownMask, inpaintPixels } from './inpaint-pixels.ts';

const filled = (dims: readonly number[], value: number) => ({
  data: new Float32Array(dims.reduce((product, side) => product * side, 1)).fill(value),
  dims,
});

describe('pictures for inpainting', () => {
  it('are grey where the mask is more than half, and cropped around the centre', () => {
    const mask = { data: Float32Array.from({ length: 10 }, (_, i) => (i < 5 ? 1 : 0.5)), dims: [1, 1, 10] };
    const { greyed, mask: cropped } = inpaintPixels(filled([1, 9, 10, 3], 0.9), mask, 8);
    expect(greyed.dims).toEqual([1, 8, 8, 3]);
    expect(cropped.dims).toEqual([1, 1, 8, 8]);
    // One column is cut off at the left: four masked ones are left.
    const row = Array.from({ length: 8 }, (_, x) => Number(greyed.data[3 * x]!.toFixed(1)));
    expect(row).toEqual([0.5, 0.5, 0.5, 0.5, 0.9, 0.9, 0.9, 0.9]);
  });

  it('keep a fourth channel as it is', () => {
    const { greyed } = inpaintPixels(filled([1, 8, 8, 4], 0.9), filled([1, 8, 8], 1), 8);
    expect([...greyed.data.subarray(0, 4)]).toEqual([0.5, 0.5, 0.5, Math.fround(0.9)]);
  });

  it('must have a cell at least, and a mask with pixels', () => {
    expect(() => inpaintPixels(filled([1, 7, 64, 3], 0), filled([1, 8, 8], 1), 8)).toThrow('at least 8 x 8 pixels');
    expect(() => inpaintPixels(filled([1, 8, 8, 3], 0), filled([1, 0, 8], 1), 8)).toThrow('the mask not empty');
  });
});

it('a mask grows by a square and stays between 0 and 1', () => {
  const mask = filled([1, 1, 5, 5], 0);
  mask.data[12] = 0.8;
  const grown = grownMask(mask, 3);
  expect(Math.max(...grown.data)).toBe(1);
  expect(grown.data.filter(value => value === 1)).toHaveLength(9);
  expect([...grownMask(mask, 0).data].filter(Boolean)).toHaveLength(1);
});

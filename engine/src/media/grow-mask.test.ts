import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../tensor/tensor.ts';
import { growMask } from './grow-mask.ts';

/** The definition: one step to the neighbours, as often as asked. */
function grownStepByStep(mask: Tensor, expand: number, isTapered: boolean): Float32Array {
  const [, height = 0, width = 0] = mask.dims;
  const best = expand > 0 ? Math.max : Math.min;
  let values = mask.data;
  for (let step = 0; step < Math.abs(expand); step++) {
    values = values.map((_, i) => {
      const around: number[] = [];
      for (const dy of [-1, 0, 1]) {
        for (const dx of [-1, 0, 1]) {
          const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
          if (isTapered && dx !== 0 && dy !== 0) continue;
          if (x >= 0 && y >= 0 && x < width && y < height) around.push(values[y * width + x]!);
        }
      }
      return best(...around);
    });
  }
  return values;
}

describe('growing a mask', () => {
  it('is the same as growing it step by step', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
      .chain(([width, height]) =>
        fc
          .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: width * height, maxLength: width * height })
          .map((values): Tensor => ({ data: Float32Array.from(values), dims: [1, height, width] })),
      );
    fc.assert(
      fc.property(masks, fc.integer({ min: -8, max: 8 }), fc.boolean(), (mask, expand, isTapered) => {
        const { data } = growMask(mask, { expand, isTapered });
        expect(data).toEqual(grownStepByStep(mask, expand, isTapered));
      }),
      { numRuns: 400 },
    );
  });

  it('takes every item of a batch by itself', () => {
    const data = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1);
    expect(growMask({ data, dims: [2, 2, 2] }, { expand: 1, isTapered: true }).data).toEqual(
      Float32Array.of(1, 1, 1, 0, 0, 1, 1, 1),
    );
  });

  it('reaches every corner with any number', () => {
    const data = new Float32Array(12);
    data[0] = 1;
    const { data: grown } = growMask({ data, dims: [1, 3, 4] }, { expand: 16384, isTapered: true });
    expect(grown).toEqual(new Float32Array(12).fill(1));
  });
});

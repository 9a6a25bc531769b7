import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatAxis, flipAxis, rotatePlanes, sliceAxis } from './axes.ts';

const numbered = (...dims: number[]) => ({
  data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i),
  dims,
});

describe('axes of tensors', () => {
  it('cuts places out of any axis', () => {
    const tensor = numbered(2, 3, 2);
    expect(sliceAxis(tensor, 0, 1, 1)).toEqual({ data: Float32Array.of(6, 7, 8, 9, 10, 11), dims: [1, 3, 2] });
    expect(sliceAxis(tensor, 1, 1, 2).data).toEqual(Float32Array.of(2, 3, 4, 5, 8, 9, 10, 11));
    expect(sliceAxis(tensor, 2, 1, 1).data).toEqual(Float32Array.of(1, 3, 5, 7, 9, 11));
    expect(sliceAxis(tensor, 1, 2, 0)).toEqual({ data: new Float32Array(), dims: [2, 0, 2] });
  });

  it('refuses places outside', () => {
    for (const [start, length] of [
      [-1, 1],
      [0, 4],
      [3, 1],
      [1, -1],
    ] as const) {
      expect(() => sliceAxis(numbered(2, 3), 1, start, length)).toThrow('must be in 0 to 3');
    }
  });

  it('joins along any axis what it cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        (dims, a, b) => {
          const tensor = numbered(...dims);
          const axis = a % dims.length;
          const at = b % (dims[axis]! + 1);
          const parts = [sliceAxis(tensor, axis, 0, at), sliceAxis(tensor, axis, at, dims[axis]! - at)];
          expect(concatAxis(parts, axis)).toEqual(tensor);
        },
      ),
    );
  });

  it('refuses to join nothing, and shapes that differ beside the axis', () => {
    expect(() => concatAxis([], 0)).toThrow('one tensor or more');
    expect(() => concatAxis([numbered(1, 2), numbered(1, 3)], 0)).toThrow('must be [any, 2]');
    expect(() => concatAxis([numbered(1, 2), numbered(1, 2, 1)], 0)).toThrow('[1, 2, 1]');
    expect(() => concatAxis([numbered(1, 2), numbered(1, 2)], 2)).toThrow('The shape');
  });

  it('mirrors one axis and leaves what it was given alone', () => {
    const tensor = numbered(2, 3);
    expect(flipAxis(tensor, 0).data).toEqual(Float32Array.of(3, 4, 5, 0, 1, 2));
    expect(flipAxis(tensor, 1).data).toEqual(Float32Array.of(2, 1, 0, 5, 4, 3));
    expect(tensor).toEqual(numbered(2, 3));
    expect(flipAxis(numbered(0, 3), 0)).toEqual(numbered(0, 3));
  });

  it('turns planes clockwise, by any number of quarters', () => {
    const quarter = { data: Float32Array.of(3, 0, 4, 1, 5, 2), dims: [3, 2] };
    expect(rotatePlanes(numbered(2, 3), 1)).toEqual(quarter);
    expect(rotatePlanes(numbered(2, 3), -3)).toEqual(quarter);
    expect(rotatePlanes(quarter, 3)).toEqual(numbered(2, 3));
    expect(rotatePlanes(numbered(2, 3), 2).data).toEqual(Float32Array.of(5, 4, 3, 2, 1, 0));
  });
});

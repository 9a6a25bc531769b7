import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half-precision.ts';

const everyHalf = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

test('every half survives the way to float32 and back', () => {
  const floats = float16ToFloat32(everyHalf);
  const back = float32ToFloat16(floats);
  everyHalf.forEach((bits, index) => {
    if (Number.isNaN(floats[index])) expect((back[index] ?? 0) & 0x7fff).toBe(0x7e00);
    else expect(back[index]).toBe(bits);
  });
});

test('known halves have their values', () => {
  const values = float16ToFloat32(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0x7e00));
  expect([...values]).toEqual([1, -2, 65504, 2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NaN]);
});

test('a float becomes the nearest half, ties to even', () => {
  const halves = float32ToFloat16(
    Float32Array.of(65519.996, 65520, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 2 ** -24 * 1.5),
  );
  expect([...halves]).toEqual([0x7bff, 0x7c00, 0x3c00, 0x3c02, 0, 2]);
});

test('rounding to half is never off by more than half a step', () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), value => {
      const [half = 0] = float32ToFloat16(Float32Array.of(value));
      const [rounded = 0] = float16ToFloat32(Uint16Array.of(half));
      const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1e-30)) - 10));
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(step / 2);
    }),
  );
});

test('bfloat16 is the upper half of a float32', () => {
  const bits = Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x0001);
  expect([...bfloat16ToFloat32(bits)]).toEqual([1, -3, Number.POSITIVE_INFINITY, 2 ** -133]);
});

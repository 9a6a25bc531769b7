import { expect, test } from 'vitest';
import { float8E4m3ToFloat32, float8E5m2ToFloat32 } from './float8.ts';

test('E4M3 has 448 as its largest value, subnormals and one NaN per sign', () => {
  const values = float8E4m3ToFloat32(Uint8Array.of(0x00, 0x80, 0x38, 0x7e, 0xfe, 0x7f, 0xff, 0x01, 0x08, 0x07));
  expect([...values]).toEqual([0, -0, 1, 448, -448, Number.NaN, Number.NaN, 2 ** -9, 2 ** -6, 7 * 2 ** -9]);
});

test('E5M2 is the upper half of a half-precision float', () => {
  const values = float8E5m2ToFloat32(Uint8Array.of(0x3c, 0x7b, 0x7c, 0xfc, 0x7d, 0x01, 0x04, 0xc2));
  const infinity = Number.POSITIVE_INFINITY;
  expect([...values]).toEqual([1, 57344, infinity, -infinity, Number.NaN, 2 ** -16, 2 ** -14, -3]);
});

import { expect, test } from 'vitest';
import type { Tensor } from '../tensor/tensor.ts';
import { type FitMethod, fitImage } from './fit-images.ts';

/** A white picture, so that every pixel that is not black comes from it. */
const white = (height: number, width: number): Tensor => ({
  data: new Float32Array(height * width * 3).fill(1),
  dims: [1, height, width, 3],
});
/** Rows of a picture, one digit per pixel. */
const drawn = ({ data, dims: [, height = 0, width = 0] }: Tensor): string[] =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => Math.round(data[(y * width + x) * 3] ?? 9)).join(''),
  );

test('padding keeps the aspect ratio and centres the picture on black', () => {
  expect(drawn(fitImage(white(4, 8), { method: 'pad', width: 4, height: 4 }))).toEqual([
    '0000',
    '1111',
    '1111',
    '0000',
  ]);
  expect(drawn(fitImage(white(2, 1), { method: 'pad', width: 4, height: 4 }))).toEqual([
    '0110',
    '0110',
    '0110',
    '0110',
  ]);
});

test('padding never makes a side vanish', () => {
  expect(drawn(fitImage(white(1, 100), { method: 'pad', width: 3, height: 3 }))).toEqual(['000', '111', '000']);
});

test.each<[FitMethod, number]>([
  ['stretch', 1],
  ['crop', 0],
])('%s fills the whole size', (method, left) => {
  // Black on the left and right eighth of the picture, which cropping takes away.
  const picture = white(4, 16);
  for (let y = 0; y < 4; y++)
    for (const x of [0, 1, 14, 15]) picture.data.fill(0, (y * 16 + x) * 3, (y * 16 + x + 1) * 3);
  const fitted = fitImage(picture, { method, width: 8, height: 4 });
  expect(fitted.dims).toEqual([1, 4, 8, 3]);
  const [first] = drawn(fitted);
  expect(first?.startsWith('0')).toBe(left === 1);
});

test('a picture that has the size stays as it is, and a batch is fitted as a whole', () => {
  const picture = white(3, 5);
  expect(fitImage(picture, { method: 'pad', width: 5, height: 3 })).toBe(picture);
  const two: Tensor = { data: new Float32Array(2 * 6 * 3).fill(1), dims: [2, 2, 3, 3] };
  const fitted = fitImage(two, { method: 'pad', width: 5, height: 2 });
  expect(fitted.dims).toEqual([2, 2, 5, 3]);
  expect([...fitted.data.slice(30, 45)]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
});

test.each([0, -1, 1.5, Number.NaN])('a side of %s is refused', side => {
  expect(() => fitImage(white(2, 2), { method: 'pad', width: side, height: 2 })).toThrow('positive whole number');
});

import { expect, test } from 'vitest';
import { bytesToFloats, imageToBytes } from './byte-image.ts';

const bytesOf = (...values: number[]) => [
  ...imageToBytes({ data: Float32Array.from(values), dims: [1, 1, values.length, 1] }).data,
];

test('values are scaled in float32, clipped and truncated', () => {
  expect(bytesOf(0.1, 0.2, 0.25, 0.3, 0.5, 2 / 3, 1)).toEqual([25, 51, 63, 76, 127, 170, 255]);
  expect(bytesOf(-0.5, 1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN)).toEqual([
    0, 255, 255, 0, 0,
  ]);
});

test('every byte survives the way to a float and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(bytesOf(...bytesToFloats(bytes))).toEqual([...bytes]);
});

test('one item of a batch is taken', () => {
  const images = { data: Float32Array.of(0, 0, 0, 1, 1, 1), dims: [2, 1, 1, 3] };
  expect(imageToBytes(images, 1)).toEqual({ data: Uint8Array.of(255, 255, 255), width: 1, height: 1, channels: 3 });
  expect(() => imageToBytes(images, 2)).toThrow('with an item 2');
  expect(() => imageToBytes({ ...images, dims: [2, 3] })).toThrow('[2,3]');
});

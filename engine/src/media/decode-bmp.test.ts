import { expect, test } from 'vitest';
import { decodeBmp } from './decode-bmp.ts';

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  readonly headerSize?: number;
  /** Colour masks or palette, little-endian 32-bit. */
  readonly table?: readonly number[];
  readonly pixels: readonly number[];
}

function bmpOf({ width, height, bits, compression = 0, headerSize = 40, table = [], pixels }: Bitmap): Uint8Array {
  // In larger headers the masks are the first fields after the 40 common bytes.
  const tableStart = headerSize === 40 || bits <= 8 ? 14 + headerSize : 54;
  const dataOffset = Math.max(14 + headerSize, tableStart + table.length * 4);
  const bytes = new Uint8Array(dataOffset + pixels.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, dataOffset, true);
  view.setUint32(14, headerSize, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  for (const [index, value] of table.entries()) view.setUint32(tableStart + index * 4, value, true);
  bytes.set(pixels, dataOffset);
  return bytes;
}

const pixelsOf = (bitmap: Bitmap) => [...decodeBmp(bmpOf(bitmap)).data];

test('rows go from the bottom up, padded to four bytes, blue first', () => {
  const pixels = [3, 2, 1, 0, 6, 5, 4, 0];
  expect(pixelsOf({ width: 1, height: 2, bits: 24, pixels })).toEqual([4, 5, 6, 1, 2, 3]);
  expect(pixelsOf({ width: 1, height: -2, bits: 24, pixels })).toEqual([1, 2, 3, 4, 5, 6]);
});

test('palettes of 1, 4 and 8 bits are looked up', () => {
  const table = [0x0a0b0c, 0xffffff];
  const [dark, light] = [
    [10, 11, 12],
    [255, 255, 255],
  ];
  expect(pixelsOf({ width: 3, height: 1, bits: 1, table, pixels: [0b01000000, 0, 0, 0] })).toEqual(
    [dark, light, dark].flat(),
  );
  const sixteen = [...table, ...Array<number>(14).fill(0)];
  expect(pixelsOf({ width: 3, height: 1, bits: 4, table: sixteen, pixels: [0x10, 0x10, 0, 0] })).toEqual(
    [light, dark, light].flat(),
  );
  const all = [...table, ...Array<number>(254).fill(0)];
  expect(pixelsOf({ width: 2, height: 1, bits: 8, table: all, pixels: [1, 0, 0, 0] })).toEqual([light, dark].flat());
});

test('sixteen bits are 5-5-5 unless masks say otherwise', () => {
  expect(pixelsOf({ width: 1, height: 1, bits: 16, pixels: [0x1f, 0x7c, 0, 0] })).toEqual([255, 0, 255]);
  const masks = [0xf800, 0x07e0, 0x001f];
  const bitmap = { width: 1, height: 1, bits: 16, compression: 3, table: masks, pixels: [0xe0, 0x07, 0, 0] };
  expect(pixelsOf(bitmap)).toEqual([0, 255, 0]);
});

test('thirty-two bits have alpha only with a mask for it', () => {
  const pixels = [3, 2, 1, 128];
  expect(pixelsOf({ width: 1, height: 1, bits: 32, pixels })).toEqual([1, 2, 3]);
  const table = [0xff0000, 0xff00, 0xff, 0xff000000];
  expect(pixelsOf({ width: 1, height: 1, bits: 32, compression: 3, headerSize: 124, table, pixels })).toEqual([
    1, 2, 3, 128,
  ]);
});

test('missing pixels are black', () => {
  expect(pixelsOf({ width: 1, height: 2, bits: 24, pixels: [3, 2, 1, 0] })).toEqual([0, 0, 0, 1, 2, 3]);
});

test.each([
  ['run-length encoding', { bits: 8, compression: 1 }, 'compression 1'],
  ['7 bits', { bits: 7 }, '7 bits per pixel'],
  ['no width', { bits: 24, width: 0 }, 'its size is 0x1'],
  ['a negative width', { bits: 24, width: -5 }, 'its size is -5x1'],
  ['an unknown header', { bits: 24, headerSize: 20 }, 'its header of 20 bytes'],
])('%s is refused', (_, fields, reason) => {
  expect(() => decodeBmp(bmpOf({ width: 1, height: 1, pixels: [0, 0, 0, 0], ...fields }))).toThrow(reason);
});

test('a header that is cut off is refused', () => {
  const file = bmpOf({ width: 1, height: 1, bits: 24, pixels: [] });
  expect(() => decodeBmp(file.subarray(0, 20))).toThrow('cut off');
  expect(() => decodeBmp(file.subarray(0, 40))).toThrow('cut off');
});

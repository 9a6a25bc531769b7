import { expect, test } from 'vitest';
import { readViewMode } from './view-mode.ts';

const preview = (format: string, quality: number, keepAlpha: boolean): object => ({
  kind: 'preview',
  format,
  quality,
  keepAlpha,
});

test.each([
  [undefined, undefined, { kind: 'plain' }],
  [undefined, 'rgba', { kind: 'plain' }],
  [undefined, 'zzz', { kind: 'plain' }],
  [undefined, 'rgb', { kind: 'color' }],
  [undefined, 'a', { kind: 'alpha' }],
  ['webp;80', undefined, preview('webp', 80, true)],
  ['webp', undefined, preview('webp', 90, true)],
  ['jpeg;50', undefined, preview('jpeg', 50, false)],
  ['jpeg', undefined, preview('jpeg', 90, false)],
  ['jpeg', 'rgba', preview('webp', 90, true)],
  ['jpeg', 'a', preview('webp', 90, true)],
  ['jpeg', 'rgb', preview('jpeg', 90, false)],
  ['webp', 'rgb', preview('webp', 90, false)],
  ['png', undefined, preview('webp', 90, true)],
  ['', undefined, preview('webp', 90, true)],
  ['webp;abc', undefined, preview('webp', 90, true)],
  ['75', undefined, preview('webp', 75, true)],
  ['jpeg;999', undefined, preview('jpeg', 100, false)],
  ['jpeg;0', undefined, preview('jpeg', 1, false)],
])('preview=%s channel=%s', (previewText, channel, expected) => {
  expect(readViewMode(previewText, channel)).toEqual(expected);
});

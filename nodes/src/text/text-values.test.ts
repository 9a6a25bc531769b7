import { expect, it } from 'vitest';
import { previewText } from './preview-any.ts';
import { capitalized, characterCount, sliceCharacters, stripped, titled } from './text-values.ts';

it('counts characters, not the halves of surrogate pairs', () => {
  expect(characterCount('a😀b')).toBe(3);
  expect(sliceCharacters('a😀b', 1, -1)).toBe('😀');
});

it.each([
  ['ǆ', 'ǅ'],
  ['ßtraße', 'Sstraße'],
  ['hELLO World', 'Hello world'],
])('capitalizes %s as Python does', (text, expected) => {
  expect(capitalized(text)).toBe(expected);
});

it.each([
  ["they're bill's", "They'Re Bill'S"],
  ['ǆ x-ray 3d', 'ǅ X-Ray 3D'],
  ['ÉCOLE', 'École'],
])('writes titles of %s as Python does', (text, expected) => {
  expect(titled(text)).toBe(expected);
});

it('takes away blanks of Unicode and control separators, but no byte order mark', () => {
  expect(stripped('\u3000\x1f a \u0085', 'Both')).toBe('a');
  expect(stripped(' a ', 'Left')).toBe('a ');
  expect(stripped(' a ', 'Right')).toBe(' a');
  expect(stripped('\uFEFFa', 'Both')).toBe('\uFEFFa');
});

it('takes away a million blanks without looking at them twice', () => {
  expect(stripped(`a${' '.repeat(1_000_000)}b`, 'Both')).toHaveLength(1_000_002);
});

it('shows values of every kind as text', () => {
  expect(previewText('as it is')).toBe('as it is');
  expect(previewText(true)).toBe('True');
  expect(previewText(null)).toBe('None');
  expect(previewText({ data: new Float32Array(6), dims: [1, 2, 3] })).toBe('tensor [1, 2, 3]');
  expect(previewText({ a: [1, { data: new Float32Array(1), dims: [1] }] })).toBe('{"a": [1, "tensor [1]"]}');
});

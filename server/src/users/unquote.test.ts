import { expect, test } from 'vitest';
import { unquote, unquoteStrictly } from './unquote.ts';

test.each([
  ['workflows%2Fa.json', 'workflows/a.json'],
  ['100%.json', '100%.json'],
  ['50%25', '50%'],
  ['%c3%BC%20x', 'ü x'],
  ['%2', '%2'],
  ['a+b', 'a+b'],
])('%s is decoded to %s', (text, decoded) => {
  expect(unquote(text)).toBe(decoded);
  expect(unquoteStrictly(text)).toBe(decoded);
});

test('bytes that are no UTF-8 are replaced, or refused', () => {
  expect(unquote('%ff.json')).toBe('\ufffd.json');
  expect(unquoteStrictly('%ff.json')).toBeUndefined();
});

import { JsonFloat } from '@snug/protocol';
import { expect, test } from 'vitest';
import { isTruthy, stringsOf } from './json-body.ts';

test.each([null, false, 0, 0n, '', [], {}, undefined, new JsonFloat(0)])('%s is false for the reference', value => {
  expect(isTruthy(value)).toBe(false);
});

test.each([true, 1, -1, 5n, 'false', [0], { a: null }, new JsonFloat(2)])('%s is true for the reference', value => {
  expect(isTruthy(value)).toBe(true);
});

test('only the texts of a list count as ids', () => {
  expect(stringsOf(['a', 1, null, 'b'])).toEqual(['a', 'b']);
  expect(stringsOf('a')).toEqual([]);
});

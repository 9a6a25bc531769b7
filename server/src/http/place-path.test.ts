import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathInsidePlace, unusableNameReason } from './place-path.ts';

test.each([
  ['', ''],
  ['.', ''],
  ['a/b', 'a/b'],
  ['a/b/', 'a/b'],
  ['./a/../a', 'a'],
  ['a\\b', 'a/b'],
])('%j stays inside as %j', (path, expected) => {
  expect(pathInsidePlace(path)).toBe(expected);
});

test.each(['..', '../x', 'a/../../x', '/etc', '\\etc', '..\\x', 'C:\\x', 'a\0b'])('%j leaves its place', path => {
  expect(pathInsidePlace(path)).toBeUndefined();
});

test('no text leads out of the place', () => {
  const hostile = fc.array(fc.constantFrom('..', '.', '/', '\\', 'a', '%2e', '\0', '~', ' ', 'C:'), { maxLength: 12 });
  fc.assert(
    fc.property(hostile, parts => {
      const path = pathInsidePlace(parts.join(''));
      if (path === undefined) return;
      const resolved = posix.join('/place', path);
      expect(resolved === '/place' || resolved.startsWith('/place/')).toBe(true);
    }),
  );
});

test('a name is usable unless a part is empty, too long or has control characters', () => {
  expect(unusableNameReason('a/ünï (1).png')).toBeUndefined();
  expect(unusableNameReason(`a/${'x'.repeat(256)}`)).toContain('255');
  expect(unusableNameReason('a//b')).toContain('empty');
  expect(unusableNameReason('a\nb')).toContain('control');
});

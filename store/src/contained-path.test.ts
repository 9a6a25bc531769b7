import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containedParts, rootedParts } from './contained-path.ts';

describe('containedParts', () => {
  it.each([
    ['', []],
    ['a.png', ['a.png']],
    ['a/b\\c.png', ['a', 'b', 'c.png']],
    ['./a//b/', ['a', 'b']],
    ['a/../b', ['b']],
    ['a/b/../../c', ['c']],
    ['...', ['...']],
    ['..a/b..', ['..a', 'b..']],
    ['%2e%2e/a', ['%2e%2e', 'a']],
    ['a:b', ['a:b']],
  ])('takes %j apart', (name, parts) => {
    expect(containedParts(name, 'linux')).toEqual(parts);
  });

  it.each([
    '..',
    '../a',
    'a/../../b',
    '..\\a',
    'a\\..\\..\\b',
    '/etc/passwd',
    '\\\\host\\share',
    'C:\\a',
    'c:/a',
    'a\0b',
    './../a',
  ])('refuses %j', name => {
    expect(containedParts(name, 'linux')).toBeUndefined();
  });

  it('refuses drives and streams on Windows', () => {
    expect(containedParts('C:a', 'win32')).toBeUndefined();
    expect(containedParts('a.png:stream', 'win32')).toBeUndefined();
  });

  it('never answers a part that could climb', () => {
    const name = fc
      .array(fc.constantFrom('..', '.', 'a', '/', '\\', '...', ' '), { maxLength: 12 })
      .map(x => x.join(''));
    fc.assert(
      fc.property(name, text => {
        for (const part of containedParts(text) ?? []) expect(['', '.', '..']).not.toContain(part);
      }),
    );
  });
});

describe('rootedParts', () => {
  it.each([
    ['a/b.safetensors', ['a', 'b.safetensors']],
    ['../../a', ['a']],
    ['/etc/passwd', ['etc', 'passwd']],
    ['a\\..\\..\\b', ['b']],
    ['..', []],
  ])('keeps %j below its root', (name, parts) => {
    expect(rootedParts(name, 'linux')).toEqual(parts);
  });

  it('refuses what no file can be called', () => {
    expect(rootedParts('a\0', 'linux')).toBeUndefined();
    expect(rootedParts('C:\\a', 'win32')).toBeUndefined();
  });
});

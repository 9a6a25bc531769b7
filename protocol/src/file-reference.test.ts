import { describe, expect, it } from 'vitest';
import { formatAnnotatedName, isFilePlace, parseAnnotatedName } from './file-reference.ts';

describe('parseAnnotatedName', () => {
  it.each([
    ['a.png', 'a.png', '', 'input'],
    ['a.png [output]', 'a.png', '', 'output'],
    ['sub/deep/a.png [temp]', 'a.png', 'sub/deep', 'temp'],
    ['sub\\a.png [input]', 'a.png', 'sub', 'input'],
    ['a [output].png', 'a [output].png', '', 'input'],
    ['a.png [Output]', 'a.png [Output]', '', 'input'],
    ['a.png [output] ', 'a.png [output] ', '', 'input'],
    ['a.png [temp] [output]', 'a.png [temp]', '', 'output'],
    ['a.png[output]', 'a.pn', '', 'output'],
    ['[temp]', '', '', 'temp'],
    ['/a.png', 'a.png', '/', 'input'],
    ['../a.png', 'a.png', '..', 'input'],
    ['', '', '', 'input'],
  ])('reads %j', (name, filename, subfolder, type) => {
    expect(parseAnnotatedName(name, 'input')).toEqual({ filename, subfolder, type });
  });

  it('uses the default place of the context', () => {
    expect(parseAnnotatedName('a.png', 'temp').type).toBe('temp');
  });

  it('reads back what formatAnnotatedName writes', () => {
    for (const type of ['input', 'output', 'temp'] as const) {
      const reference = { filename: 'a b.png', subfolder: 'x/y', type };
      expect(parseAnnotatedName(formatAnnotatedName(reference), 'input')).toEqual(reference);
    }
    expect(formatAnnotatedName({ filename: 'a.png', subfolder: '', type: 'input' })).toBe('a.png');
  });
});

describe('isFilePlace', () => {
  it('knows exactly three places', () => {
    expect(['input', 'output', 'temp', 'models', '', null].map(isFilePlace)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

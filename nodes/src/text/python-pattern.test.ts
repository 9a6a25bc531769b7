import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatternFlags } from './pattern-reader.ts';
import { compilePythonPattern, findMatches } from './python-pattern.ts';
import { parseReplacement, replaceMatches } from './python-replacement.ts';

const plain: PatternFlags = { ignoreCase: false, multiline: false, dotAll: false };

function matches(pattern: string, text: string, flags: Partial<PatternFlags> = {}): string[] {
  return Array.from(findMatches(compilePythonPattern(pattern, { ...plain, ...flags }), text), match => match[0]);
}

function substituted(pattern: string, replacement: string, text: string, count = 0): string {
  const compiled = compilePythonPattern(pattern, plain);
  return replaceMatches(text, compiled, parseReplacement(replacement, compiled), count);
}

// Expected values are those that CPython's `re` gives (docs.python.org/3/library/re.html).
describe("matches of Python's patterns", () => {
  it.each([
    ['letters of any language are words', '\\w+', 'naïve 日本 a_1', ['naïve', '日本', 'a_1']],
    ['digits of any script are digits', '\\d+', '12 ٣٤', ['12', '٣٤']],
    ['only ASCII with (?a)', '(?a)\\w+', 'naïve', ['na', 've']],
    ['a dot takes a carriage return but no line feed', 'a.b', 'a\rb a\nb', ['a\rb']],
    ['a dot takes a whole character', '^.$', '😀', ['😀']],
    ['the end is also before a final line break', 'a$', 'a\n', ['a']],
    ['but not before two', 'a$', 'a\n\n', []],
    ['\\Z is the very end', 'a\\Z', 'a\n', []],
    ['\\A ignores lines', '(?m)\\Ab', 'a\nb', []],
    ['named groups and references', '(?P<q>[\'"]).*?(?P=q)', `say "it's" 'x'`, [`"it's"`, "'x'"]],
    ['numbered references', '(.)\\1', 'abba', ['bb']],
    ['counts without a minimum', 'ab{,2}c', 'ac abbc abbbc', ['ac', 'abbc']],
    ['a brace that is no count', 'a{x}', 'a{x}', ['a{x}']],
    ['possessive repeats give nothing back', 'a*+a', 'aaa', []],
    ['atomic groups give nothing back', '(?>a|ab)c', 'abc', []],
    ['lazy repeats', 'a+?', 'aa', ['a', 'a']],
    ['a closing bracket first in a set', '[]a]+', 'a]b', ['a]']],
    ['classes and their opposites in sets', '[\\d\\W]+', 'a1-2b', ['1-2']],
    ['an opposite set', '[^\\w-]+', 'a-b !c', [' !']],
    ['a minus at the end of a set', '[a-]+', 'b-a', ['-a']],
    ['comments', 'a(?#not seen)b', 'ab', ['ab']],
    ['verbose patterns', '(?x) a \\ b  # a blank\n c', 'a bc', ['a bc']],
    ['a part without case', 'a(?i:b)c', 'aBc ABc', ['aBc']],
    ['a part with case in a pattern without', '(?i)a(?-i:b)c', 'AbC ABC', ['AbC']],
    ['a range without case in a part', '(?i:[a-c]+)d', 'AbCd', ['AbCd']],
    ['octal and hexadecimal escapes', '\\101\\x42\\u0043\\U00000044', 'ABCD', ['ABCD']],
    ['characters that JavaScript would escape otherwise', '/[/&&~~]-', '/&-', ['/&-']],
    ['word boundaries of Unicode', '\\bé\\w*', 'été', ['été']],
    ['after nothing, something at the same place', '|a', 'ab', ['', 'a', '', '']],
    ['no position in the empty text', '\\B', '', []],
    ['a lookbehind', '(?<!\\$)\\b\\d+', '$5 6', ['6']],
  ])('%s', (_, pattern, text, expected) => {
    expect(matches(pattern, text)).toEqual(expected);
  });

  it('compares by case or not, also in references', () => {
    expect(matches('(é)\\1', 'éÉ', { ignoreCase: true })).toEqual(['éÉ']);
    expect(matches('[À-Ý]', 'é', { ignoreCase: true })).toEqual(['é']);
  });

  it.each([
    ['[', 'unterminated character set at position 0'],
    ['a)', 'unbalanced parenthesis at position 1'],
    ['(a', 'missing ), unterminated subpattern at position 0'],
    ['*a', 'nothing to repeat at position 0'],
    ['{2}', 'nothing to repeat at position 0'],
    ['^*', 'nothing to repeat at position 1'],
    ['a**', 'multiple repeat at position 2'],
    ['a{3,2}', 'min repeat greater than max repeat at position 2'],
    ['\\q', 'bad escape \\q at position 0'],
    ['(a)\\2', 'invalid group reference 2 at position 4'],
    ['(a\\1)', 'cannot refer to an open group at position 2'],
    ['(?<=a+)b', 'look-behind requires fixed-width pattern'],
    ['a(?i)b', 'global flags not at the start of the expression at position 1'],
    ['(?P<1>a)', "bad character in group name '1' at position 4"],
    ['(a)(?(1)b|c)', 'conditional groups are not supported here at position 3'],
    ['[z-a]', 'bad character range at position 1'],
  ])('refuses %s', (pattern, message) => {
    expect(() => compilePythonPattern(pattern, plain)).toThrow(message);
  });

  it('finds any escaped text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), text => {
        const pattern = [...text]
          .map(character => (/[A-Za-z0-9]/.test(character) ? character : `\\${character}`))
          .join('');
        expect(matches(pattern, text)[0]).toBe(text);
      }),
    );
  });

  it('either compiles or explains any text', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '?',
      '*',
      '+',
      '|',
      '\\',
      '^',
      '$',
      '.',
      '-',
      'P<a>',
      '1',
      ',',
      'x',
      ':',
      '=',
      '!',
      '<',
      '#',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), parts => {
        try {
          compilePythonPattern(parts.join(''), plain);
        } catch (error) {
          expect((error as Error).name).toBe('PatternError');
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("Python's replacements", () => {
  it.each([
    ['groups by number and name', '(?P<a>.)(.)', '\\2\\g<a>\\g<1>', 'xy', 'yxx'],
    ['a dollar sign is a dollar sign', 'a', '$1$&', 'a', '$1$&'],
    ['control characters', 'a', '\\n\\t\\\\', 'a', '\n\t\\'],
    ['a group that took no part', '(a)|b', '<\\1>', 'ab', '<a><>'],
    ['ten in octal', 'a', '\\101', 'a', 'A'],
  ])('%s', (_, pattern, replacement, text, expected) => {
    expect(substituted(pattern, replacement, text)).toBe(expected);
  });

  it('stops after a number of matches', () => {
    expect(substituted('a', 'b', 'aaa', 2)).toBe('bba');
  });

  it.each([
    ['\\2', 'invalid group reference 2 at position 1'],
    ['\\g<b>', "unknown group name 'b' at position 3"],
    ['\\q', 'bad escape \\q at position 0'],
    ['a\\', 'bad escape (end of pattern) at position 1'],
    ['\\g', 'missing < at position 2'],
  ])('refuses %s', (replacement, message) => {
    expect(() => substituted('(a)', replacement, 'a')).toThrow(message);
  });
});

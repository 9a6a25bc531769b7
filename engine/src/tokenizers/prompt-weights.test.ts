import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePromptWeights } from './prompt-weights.ts';

const pieces = (prompt: string) => parsePromptWeights(prompt).map(({ text, weight }) => [text, weight]);

test('a weight may be written as any decimal number', () => {
  expect(pieces('(a:.5)(b:+2.)(c:1e-1)(d: 0.5 )')).toEqual([
    ['a', 0.5],
    ['b', 2],
    ['c', 0.1],
    ['d', 0.5],
  ]);
});

test('a suffix that is no decimal number is text', () => {
  expect(pieces('(a:inf)(b:0x10)(c:1,5)')).toEqual([
    ['a:inf', 1.1],
    ['b:0x10', 1.1],
    ['c:1,5', 1.1],
  ]);
});

test('a colon of an inner group is not the weight of the outer one', () => {
  expect(pieces('(a (b:2))')).toEqual([
    ['a ', 1.1],
    ['b', 2],
  ]);
});

test('after a surplus closing parenthesis the next opening one is text', () => {
  expect(pieces(') (a) (b)')).toEqual([[') (a) (b)', 1]]);
  expect(pieces(')((a)')).toEqual([
    [')(', 1],
    ['a', 1.1],
  ]);
});

test('a group that is never closed is text to its end', () => {
  expect(pieces('x (a \\) (b:2) c')).toEqual([
    ['x ', 1],
    ['(a ) (b:2) c', 1],
  ]);
});

test('an escaped parenthesis may end a group with a weight', () => {
  expect(pieces('(a\\):1.5)')).toEqual([['a)', 1.5]]);
  expect(pieces('(a:1.5\\))')).toEqual([['a:1.5)', 1.1]]);
});

test('deep nesting is no trouble', () => {
  const depth = 100_000;
  expect(parsePromptWeights(`${'('.repeat(depth)}a${')'.repeat(depth)}`)).toHaveLength(1);
});

test('text without parentheses comes through unchanged', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      const plain = text.replace(/[()]/g, '');
      expect(pieces(plain)).toEqual(plain === '' ? [] : [[plain, 1]]);
    }),
  );
});

test('no text is lost or invented but parentheses, weights and escapes', () => {
  const part = fc.constantFrom('a', 'b c', '(', ')', ':', '1.5', '\\(', '\\)', '\\');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), parts => {
      const all = parsePromptWeights(parts.join(''))
        .map(({ text }) => text)
        .join('');
      const letters = (text: string) => text.replace(/[^abc]/g, '');
      expect(letters(all)).toBe(letters(parts.join('')));
    }),
    { numRuns: 500 },
  );
});

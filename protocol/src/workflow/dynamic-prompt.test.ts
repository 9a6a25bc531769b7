import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandDynamicPrompt } from './dynamic-prompt.ts';

/** Expands with these random numbers, then with 0. */
function expand(text: string, ...numbers: number[]): string {
  return expandDynamicPrompt(text, () => numbers.shift() ?? 0);
}

describe('choices', () => {
  test.each([
    ['a {red|green|blue} cat', [0], 'a red cat'],
    ['a {red|green|blue} cat', [0.5], 'a green cat'],
    ['a {red|green|blue} cat', [0.999], 'a blue cat'],
    ['{a|b}{a|b}', [0.9, 0], 'ba'],
    ['{only}{}', [0, 0], 'only'],
    ['{|x}', [0], ''],
    ['{a {big|small} dog|a cat}', [0, 0.9], 'a small dog'],
    ['{a {big|small} dog|a cat} and {x|y}', [0.9, 0.9], 'a cat and y'],
    ['a \\{plain\\} brace, a \\ backslash', [], 'a {plain} brace, a \\ backslash'],
    ['{\\{a\\}|b}', [0], '{a}'],
  ])('%s with %j is %s', (text, numbers, expected) => {
    expect(expand(text, ...numbers)).toBe(expected);
  });

  test.each([['a | b'], ['}{'], ['{a|b'], ['x} y'], ['{a|{b|c']])('%s is no choice and stays', text => {
    expect(expand(text)).toBe(text);
  });

  test('inside one that is never closed are made', () => {
    expect(expand('{a {b|c} | d', 0.9)).toBe('{a c | d');
  });

  test('a random number of one is forgiven', () => {
    expect(expandDynamicPrompt('{a|b}', () => 1)).toBe('b');
  });
});

describe('comments', () => {
  test.each([
    ['a // b\nc', 'a \nc'],
    ['a /* b\n{x|y} */ c', 'a  c'],
    ['a /* b', 'a /* b'],
    ['a /*/ b */ c', 'a  c'],
    ['//', ''],
    ['a / b * c', 'a / b * c'],
    ['/* a */ // b */', ' '],
    ['// a /* b\r\nc */', '\r\nc */'],
  ])('%j becomes %j', (text, expected) => {
    expect(expand(text)).toBe(expected);
  });
});

test('texts without braces and slashes come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.string().filter(text => !/[{}/]/.test(text)),
      text => {
        expect(expand(text)).toBe(text);
      },
    ),
  );
});

test('an expansion takes exactly one alternative of each choice', () => {
  const words = fc.array(fc.stringMatching(/^[a-z ]{0,5}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(words), fc.double({ min: 0, max: 0.999, noNaN: true }), (choices, random) => {
      const text = choices.map(options => `{${options.join('|')}}`).join(',');
      const expected = choices.map(options => options[Math.floor(random * options.length)]).join(',');
      expect(expandDynamicPrompt(text, () => random)).toBe(expected);
    }),
  );
});

test.each([
  ['open braces', '{'],
  ['open braces with text', '{a|'],
  ['open comments', '/*'],
  ['slashes', '/'],
  ['closing braces', '}'],
])('a quarter of a million %s are no trouble', (_, unit) => {
  const text = unit.repeat(250_000);
  expect(expand(text).length).toBeLessThanOrEqual(text.length);
  const nested = `${'{'.repeat(125_000)}x${'}'.repeat(125_000)}`;
  expect(expand(nested)).toBe('x');
});

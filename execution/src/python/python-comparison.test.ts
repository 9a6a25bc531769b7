import { JsonFloat } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { pyEquals, pyLess } from './python-comparison.ts';

describe('pyEquals', () => {
  it.each<[unknown, unknown, boolean]>([
    [1, new JsonFloat(1), true],
    [1, true, true],
    [0n, false, true],
    [2 ** 53, 2n ** 53n, true],
    [2 ** 53, 2n ** 53n + 1n, false],
    [Number.NaN, Number.NaN, false],
    ['1', 1, false],
    [null, null, true],
    [null, 0, false],
    [[1, ['a']], [true, ['a']], true],
    [[1], [1, 2], false],
    [{ a: 1 }, { a: new JsonFloat(1) }, true],
    [{ a: 1 }, { b: 1 }, false],
    [{ constructor: 1 }, { toString: 1 }, false],
    [{ toString: undefined }, {}, false],
    ['a', ['a'], false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(pyEquals(a, b)).toBe(expected);
  });
});

describe('pyLess', () => {
  it('compares numbers of all kinds by value', () => {
    expect(pyLess(new JsonFloat(1e19), 18446744073709551615n)).toBe(true);
    expect(pyLess(true, 2)).toBe(true);
    expect(pyLess(2, 2)).toBe(false);
  });

  it('finds NaN neither below nor above anything', () => {
    expect([pyLess(Number.NaN, 1), pyLess(1, Number.NaN)]).toEqual([false, false]);
  });

  it('says what Python says about values without an order', () => {
    expect(pyLess('a', 1)).toEqual({ problem: "'<' not supported between instances of 'str' and 'int'" });
    expect(pyLess(null, 0.5)).toEqual({ problem: "'<' not supported between instances of 'NoneType' and 'float'" });
  });
});

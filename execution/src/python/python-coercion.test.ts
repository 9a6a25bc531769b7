import { JsonFloat, type JsonValue } from '@snug/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTruthy, toFloat, toInt } from './python-coercion.ts';

const INT_ARGUMENT = "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'";

describe('toInt', () => {
  it.each<[JsonValue, JsonValue]>([
    [5, 5],
    [true, 1],
    [false, 0],
    [1.9, 1],
    [-1.9, -1],
    [new JsonFloat(7), 7],
    [new JsonFloat(1e22), 10000000000000000000000n],
    [18446744073709551615n, 18446744073709551615n],
    [' 12 ', 12],
    ['+1_000', 1000],
    ['-0', 0],
    ['007', 7],
    ['\u001f3\u0085', 3],
    ['18446744073709551615', 18446744073709551615n],
  ])('converts %s', (value, expected) => {
    expect(toInt(value)).toEqual({ value: expected });
  });

  it.each<[JsonValue, string]>([
    ['abc', "invalid literal for int() with base 10: 'abc'"],
    ['1.5', "invalid literal for int() with base 10: '1.5'"],
    ['', "invalid literal for int() with base 10: ''"],
    ['1__0', "invalid literal for int() with base 10: '1__0'"],
    ['_1', "invalid literal for int() with base 10: '_1'"],
    ['1 2', "invalid literal for int() with base 10: '1 2'"],
    ['\ufeff1', "invalid literal for int() with base 10: '\\ufeff1'"],
    [null, INT_ARGUMENT],
    [[], INT_ARGUMENT.replace('NoneType', 'list')],
    [{}, INT_ARGUMENT.replace('NoneType', 'dict')],
    [Number.NaN, 'cannot convert float NaN to integer'],
    [Number.POSITIVE_INFINITY, 'cannot convert float infinity to integer'],
  ])('refuses %s', (value, problem) => {
    expect(toInt(value)).toEqual({ problem });
  });

  it('refuses more digits than Python converts', () => {
    expect(toInt('1'.repeat(4300))).toHaveProperty('value');
    const refused = toInt(`-${'1'.repeat(5000)}`);
    expect(refused).toHaveProperty('problem', expect.stringContaining('value has 5000 digits'));
  });

  it('reads back every integer it is given as text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), value => {
        const result = toInt(` ${value} `);
        expect('value' in result && BigInt(result.value as bigint | number)).toBe(value);
      }),
    );
  });

  it('takes linear time for long hostile texts', () => {
    const text = `${' '.repeat(1_000_000)}x${' '.repeat(1_000_000)}`;
    expect(toInt(text)).toHaveProperty('problem');
    expect(toFloat('1'.repeat(1_000_000).concat('x'))).toHaveProperty('problem');
  });
});

describe('toFloat', () => {
  it.each<[JsonValue, JsonValue]>([
    [7, new JsonFloat(7)],
    [0.5, 0.5],
    [true, new JsonFloat(1)],
    [new JsonFloat(3), new JsonFloat(3)],
    [2n ** 70n, new JsonFloat(2 ** 70)],
    ['1e3', new JsonFloat(1000)],
    [' .5 ', 0.5],
    ['5.', new JsonFloat(5)],
    ['1_0.5_0', 10.5],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['nAn', Number.NaN],
    ['1e999', Number.POSITIVE_INFINITY],
  ])('converts %s', (value, expected) => {
    expect(toFloat(value)).toEqual({ value: expected });
  });

  it.each<[JsonValue, string]>([
    ['x', "could not convert string to float: 'x'"],
    ['', "could not convert string to float: ''"],
    ['1e', "could not convert string to float: '1e'"],
    ['0x10', "could not convert string to float: '0x10'"],
    ['1_', "could not convert string to float: '1_'"],
    [null, "float() argument must be a string or a real number, not 'NoneType'"],
    [10n ** 400n, 'int too large to convert to float'],
  ])('refuses %s', (value, problem) => {
    expect(toFloat(value)).toEqual({ problem });
  });
});

describe('isTruthy', () => {
  it.each<[unknown, boolean]>([
    [0, false],
    [0n, false],
    [new JsonFloat(0), false],
    ['', false],
    [[], false],
    [{}, false],
    [null, false],
    ['false', true],
    [Number.NaN, true],
    [new JsonFloat(0.5), true],
    [[0], true],
    [{ a: 0 }, true],
  ])('judges %s as %s', (value, expected) => {
    expect(isTruthy(value)).toBe(expected);
  });
});

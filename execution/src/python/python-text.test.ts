import { JsonFloat, parseLossless } from '@snug/protocol';
import { describe, expect, it } from 'vitest';
import { pyRepr, pyStr, pyTypeName } from './python-text.ts';

describe('pyRepr', () => {
  it.each<[unknown, string]>([
    [null, 'None'],
    [undefined, 'None'],
    [true, 'True'],
    [false, 'False'],
    [5, '5'],
    [-0, '0'],
    [18446744073709551615n, '18446744073709551615'],
    [new JsonFloat(5), '5.0'],
    [new JsonFloat(1e22), '1e+22'],
    [0.00001, '1e-05'],
    [0.1, '0.1'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    ['abc', "'abc'"],
    ["a'b", '"a\'b"'],
    [`a'b"c`, `'a\\'b"c'`],
    ['a\\b\n\t\r', "'a\\\\b\\n\\t\\r'"],
    ['\u0000\u007f\u00a0\u00ad', "'\\x00\\x7f\\xa0\\xad'"],
    ['\u2028\ud800 é 😀', "'\\u2028\\ud800 é 😀'"],
    ['\u{e0001}', "'\\U000e0001'"],
    [[1, 'a', null], "[1, 'a', None]"],
    [[], '[]'],
    [{ a: 1, b: [true] }, "{'a': 1, 'b': [True]}"],
    [new Float32Array(2), '<Float32Array>'],
  ])('prints %s as %s', (value, text) => {
    expect(pyRepr(value)).toBe(text);
  });

  it('prints the members of an object in the order of the text', () => {
    expect(pyRepr(parseLossless('{"10": 1, "2": 2}'))).toBe("{'10': 1, '2': 2}");
  });

  it('prints all digits of a large integer held as a number', () => {
    expect(pyRepr(2 ** 60)).toBe('1152921504606846976');
  });
});

describe('pyStr', () => {
  it('leaves texts as they are', () => {
    expect(pyStr("it's\n")).toBe("it's\n");
  });

  it('prints texts inside lists with quotes', () => {
    expect(pyStr(['a'])).toBe("['a']");
  });
});

describe('pyTypeName', () => {
  it.each<[unknown, string]>([
    [null, 'NoneType'],
    ['', 'str'],
    [true, 'bool'],
    [1, 'int'],
    [1n, 'int'],
    [1.5, 'float'],
    [Number.NaN, 'float'],
    [new JsonFloat(1), 'float'],
    [[], 'list'],
    [{}, 'dict'],
    [new Map(), 'Map'],
  ])('calls %s %s', (value, name) => {
    expect(pyTypeName(value)).toBe(name);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { cloneJson, toJsonValue } from './clone-json.ts';
import { isJsonObject, JsonFloat, type JsonObject, type JsonValue, numericValue } from './json-value.ts';
import { orderedEntries, orderedKeys, orderedObject } from './key-order.ts';
import { parseLossless } from './parse-lossless.ts';
import { pythonFloatRepr } from './python-float.ts';
import { stringifyLossless, stringifyPython } from './stringify-lossless.ts';

/** JSON values with all that plain JSON.parse cannot represent. */
const losslessValue = fc.letrec<{ value: JsonValue; object: JsonObject }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc
      .bigInt({ min: -(2n ** 64n), max: 2n ** 64n })
      .map(n => (n === BigInt(Number(n)) && Number.isSafeInteger(Number(n)) ? Number(n) : n)),
    fc.double().map(n => (Number.isInteger(n) ? new JsonFloat(n) : n)),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.oneof(fc.string(), fc.nat(30).map(String), fc.constant('__proto__')), tie('value')))
    .map(orderedObject),
})).value;

describe('stringifyLossless', () => {
  it('writes floats with a point, big integers with all digits and non-finite numbers as words', () => {
    const value = [
      new JsonFloat(5),
      5,
      0.5,
      18446744073709551615n,
      new JsonFloat(1e22),
      Number.NaN,
      Infinity,
      -Infinity,
    ];
    expect(stringifyLossless(value)).toBe('[5.0,5,0.5,18446744073709551615,1e+22,NaN,Infinity,-Infinity]');
  });

  it('writes a plain number beyond the safe integers as the float it must be', () => {
    expect(stringifyLossless([2 ** 53, 1e22, -0])).toBe('[9007199254740992.0,1e+22,0]');
  });

  it('leaves undefined members out and writes undefined items as null', () => {
    expect(stringifyLossless({ a: undefined, b: [undefined, 1], c: undefined, d: {} })).toBe('{"b":[null,1],"d":{}}');
  });

  it('escapes lone surrogates, so that the text can be encoded', () => {
    expect(stringifyLossless('a\ud800')).toBe('"a\\ud800"');
  });

  it('keeps the key order of the text it was read from', () => {
    const text = '{"10":1,"9":{"b":1,"2":[],"1":{}},"a":2}';
    expect(stringifyLossless(parseLossless(text))).toBe(text);
  });

  it('writes values nested deeper than the call stack', () => {
    const text = `${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`;
    expect(stringifyLossless(parseLossless(text, { maxDepth: 200_000 }))).toBe(text);
  });

  it.each([
    [() => 1, 'a value of type function'],
    [Symbol('s'), 'a value of type symbol'],
    [new Map(), 'an instance of Map'],
    [new Uint8Array(3), 'an instance of Uint8Array'],
    [new Date(0), 'an instance of Date'],
  ])('refuses %s and names it', (value, what) => {
    expect(() => stringifyLossless({ a: [value] })).toThrow(what);
  });

  it('refuses undefined as the whole document', () => {
    expect(() => stringifyLossless(undefined)).toThrow('a value of type undefined');
  });

  it('refuses cyclic values', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect(() => stringifyLossless(cyclic)).toThrow('a cyclic value');
    expect(() => toJsonValue(cyclic)).toThrow('a cyclic value');
  });

  it('writes what parseLossless reads back, text and value', () => {
    fc.assert(
      fc.property(losslessValue, value => {
        const text = stringifyLossless(value);
        const back = parseLossless(text);
        expect(back).toEqual(value);
        expect(stringifyLossless(back)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('writes the text that JSON.stringify writes where both can', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        const plain: unknown = JSON.parse(JSON.stringify(value), (_, member: unknown) =>
          typeof member === 'number' && !Number.isSafeInteger(member) ? 0 : member,
        );
        expect(stringifyLossless(plain)).toBe(JSON.stringify(plain));
      }),
    );
  });
});

describe('stringifyPython', () => {
  it('separates as Python does and stays within ASCII', () => {
    expect(stringifyPython({ a: [1, new JsonFloat(2), null, true], é: '😀\u007f\u0001"\\/\n' })).toBe(
      '{"a": [1, 2.0, null, true], "\\u00e9": "\\ud83d\\ude00\\u007f\\u0001\\"\\\\/\\n"}',
    );
  });

  it('writes ASCII that reads back to the same value', () => {
    fc.assert(
      fc.property(losslessValue, value => {
        const text = stringifyPython(value);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(parseLossless(text)).toEqual(value);
      }),
    );
  });
});

describe('pythonFloatRepr', () => {
  it.each([
    [5, '5.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [123456789012345680, '1.2345678901234568e+17'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [1e22, '1e+22'],
    [-2.5e-300, '-2.5e-300'],
    [5e-324, '5e-324'],
    [Number.NaN, 'nan'],
    [-Infinity, '-inf'],
  ])('writes %d as %s', (value, text) => {
    expect(pythonFloatRepr(value)).toBe(text);
  });
});

describe('key order', () => {
  it('follows deletions and additions after parsing', () => {
    const object = parseLossless('{"9": 1, "3": 2, "x": 3}') as JsonObject;
    delete object['3'];
    object['is_changed'] = true;
    expect(orderedKeys(object)).toEqual(['9', 'x', 'is_changed']);
    object['3'] = 4;
    expect(orderedKeys(object)).toEqual(['9', '3', 'x', 'is_changed']);
  });

  it('is that of the entries in orderedObject', () => {
    const object = orderedObject([
      ['2', 'a'],
      ['1', 'b'],
      ['2', 'c'],
      ['4294967295', 'd'],
      ['01', 'e'],
    ]);
    expect(orderedEntries(object)).toEqual([
      ['2', 'c'],
      ['1', 'b'],
      ['4294967295', 'd'],
      ['01', 'e'],
    ]);
  });
});

describe('cloneJson', () => {
  it('copies deeply and keeps key order and floats', () => {
    const original = parseLossless('{"9":{"5":[5.0],"4":0},"1":18446744073709551615}') as JsonObject;
    const copy = cloneJson(original);
    (original['9'] as JsonObject)['5'] = 'changed';
    delete original['1'];
    expect(stringifyLossless(copy)).toBe('{"9":{"5":[5.0],"4":0},"1":18446744073709551615}');
  });

  it('equals its original', () => {
    fc.assert(
      fc.property(losslessValue, value => {
        expect(stringifyLossless(cloneJson(value))).toBe(stringifyLossless(value));
      }),
    );
  });
});

describe('toJsonValue', () => {
  it('turns object literals into null-prototype objects without undefined members', () => {
    const value = toJsonValue({ a: { b: undefined, c: [1, undefined] } }) as JsonObject;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(value).toEqual({ a: { c: [1, null] } });
  });

  it('names the member that is no JSON', () => {
    expect(() => toJsonValue({ images: [{ data: new Uint8Array(2) }] })).toThrow(
      expect.objectContaining({
        code: 'JSON_UNSUPPORTED_VALUE',
        message: expect.stringContaining('member "data" (Uint8Array)'),
      }),
    );
    expect(() => toJsonValue([undefined, () => 0])).toThrow(ProtocolError);
  });
});

describe('guards', () => {
  it('tells objects from arrays and boxed floats', () => {
    expect([{}, [], new JsonFloat(1), null, 'a', undefined].map(value => isJsonObject(value as JsonValue))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('answers the double of every kind of number', () => {
    expect([1.5, 2n, new JsonFloat(3), '4', true, undefined].map(numericValue)).toEqual([
      1.5,
      2,
      3,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSyntaxError } from '../errors.ts';
import { JsonFloat, type JsonObject, type JsonValue } from './json-value.ts';
import { orderedKeys } from './key-order.ts';
import { parseLossless } from './parse-lossless.ts';

/** What JSON.parse would have answered, but for the sign of zero. */
function flattened(value: JsonValue): unknown {
  if (value instanceof JsonFloat || typeof value === 'bigint') return Number(value) === 0 ? 0 : Number(value);
  if (Array.isArray(value)) return value.map(flattened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, flattened(member)]));
}

function problemOf(text: string, maxDepth?: number): JsonSyntaxError {
  try {
    parseLossless(text, maxDepth === undefined ? {} : { maxDepth });
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text.slice(0, 60))} was accepted`);
}

describe('numbers', () => {
  it('keeps the float 5.0 apart from the integer 5', () => {
    expect(parseLossless('[5, 5.0, 5e0, 50E-1]')).toEqual([5, new JsonFloat(5), new JsonFloat(5), new JsonFloat(5)]);
  });

  it('leaves a float with a fraction a plain number', () => {
    expect(parseLossless('[0.5, -1.25e-3]')).toEqual([0.5, -0.00125]);
  });

  it('reads integers beyond 2^53 exactly', () => {
    expect(parseLossless('[9007199254740991, 9007199254740992, 18446744073709551615, -18446744073709551615]')).toEqual([
      9007199254740991,
      9007199254740992n,
      18446744073709551615n,
      -18446744073709551615n,
    ]);
  });

  it('reads minus zero as the integer 0 and -0.0 as a float that keeps its sign', () => {
    const [integer, decimal] = parseLossless('[-0, -0.0]') as [number, JsonFloat];
    expect(Object.is(integer, 0)).toBe(true);
    expect(Object.is(decimal.value, -0)).toBe(true);
  });

  it('boxes huge integral floats and overflows to infinity as Python does', () => {
    expect(parseLossless('[1e22, 1e999, -1e999]')).toEqual([new JsonFloat(1e22), Infinity, -Infinity]);
  });

  it('accepts the bare words NaN, Infinity and -Infinity', () => {
    expect(parseLossless('{"is_changed": [NaN, Infinity, -Infinity]}')).toEqual({
      is_changed: [Number.NaN, Infinity, -Infinity],
    });
  });

  it('refuses an integer of more digits than Python converts', () => {
    expect(parseLossless('9'.repeat(4300))).toBe(BigInt('9'.repeat(4300)));
    expect(problemOf('9'.repeat(4301)).message).toContain('4301 digits');
  });

  it.each(['01', '-', '+1', '.5', '1.', '1.e3', '1e', '1e+', '0x10', '1_000', '--1', '-NaN', '1n'])(
    'refuses %s',
    text => {
      expect(problemOf(text).code).toBe('JSON_SYNTAX');
    },
  );
});

describe('strings', () => {
  it('decodes every escape', () => {
    expect(parseLossless('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"')).toBe('"\\/\b\f\n\r\té😀');
  });

  it('keeps lone surrogates, escaped or raw', () => {
    expect(parseLossless('["\\ud800", "\udfff", "\\udc00x"]')).toEqual(['\ud800', '\udfff', '\udc00x']);
  });

  it.each(['"', '"abc', '"\\', '"\\x"', '"\\u12"', '"\\u12g4"', '"\\u 123"', '"a\nb"', '"\u0000"', "'a'"])(
    'refuses %j',
    text => {
      expect(problemOf(text).code).toBe('JSON_SYNTAX');
    },
  );
});

describe('objects', () => {
  it('has no prototype, so __proto__ and constructor are ordinary keys', () => {
    const object = parseLossless('{"__proto__": {"polluted": true}, "constructor": 1}') as JsonObject;
    expect(Object.getPrototypeOf(object)).toBeNull();
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes the last value of a repeated key at the place of the first', () => {
    const object = parseLossless('{"b": 1, "2": 0, "1": 2, "b": 3, "2": 4}') as JsonObject;
    expect(orderedKeys(object)).toEqual(['b', '2', '1']);
    expect(object).toEqual({ b: 3, 2: 4, 1: 2 });
  });

  it('tells text order for integer-like keys that JavaScript reorders', () => {
    const object = parseLossless('{"10": 0, "2": 0, "a": 0, "1": {"9": 0, "3": 0}}') as JsonObject;
    expect(Object.keys(object)).toEqual(['1', '2', '10', 'a']);
    expect(orderedKeys(object)).toEqual(['10', '2', 'a', '1']);
    expect(orderedKeys(object['1'] as JsonObject)).toEqual(['9', '3']);
  });

  it.each(['{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', '{"a" 1}', '{,}', '{"a":1]', '{1:2}'])(
    'refuses %s',
    text => {
      expect(problemOf(text).code).toBe('JSON_SYNTAX');
    },
  );
});

describe('documents', () => {
  it.each(['', '   ', '[1 2]', '[1,]', '[,1]', '[1', ']', '[1}', '1 2', 'nul', 'True', 'undefined', '\ufeff1', '// 1'])(
    'refuses %j',
    text => {
      expect(problemOf(text).code).toBe('JSON_SYNTAX');
    },
  );

  it('names position, line and column and what it found there', () => {
    const problem = problemOf('{\n  "a": 1,\n  "b" 2\n}');
    expect(problem.position).toBe(18);
    expect(problem.message).toBe(
      'Invalid JSON at position 18 (line 3, column 7): expected ":" after the key "b", found "2".',
    );
    expect(problem.details).toMatchObject({ line: 3, column: 7 });
  });

  it('says that the text ended', () => {
    expect(problemOf('{"a": [1').message).toContain('found the end of the text');
  });

  it('refuses nesting beyond the limit without exhausting the stack', () => {
    const problem = problemOf('['.repeat(5_000_000));
    expect(problem.code).toBe('JSON_TOO_DEEP');
    expect(problem.position).toBe(2000);
    expect(problemOf('[{"a":[1]}]', 2).code).toBe('JSON_TOO_DEEP');
    expect(parseLossless('[{"a":1}]', { maxDepth: 2 })).toEqual([{ a: 1 }]);
  });

  it('reads as deep as it is told to', () => {
    let value = parseLossless(`${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`, { maxDepth: 200_000 });
    let depth = 0;
    while (typeof value === 'object') {
      value = (Array.isArray(value) ? value[0] : (value as JsonObject)['a']) as JsonValue;
      depth++;
    }
    expect(depth).toBe(200_000);
  });

  it('reads a document of a million nodes', () => {
    const text = `[${Array.from({ length: 250_000 }, (_, i) => `{"id":${i},"on":[true,"x"]}`).join(',')}]`;
    const value = parseLossless(text) as JsonObject[];
    expect(value).toHaveLength(250_000);
    expect(value.at(-1)).toEqual({ id: 249_999, on: [true, 'x'] });
  });
});

describe('against JSON.parse', () => {
  it('answers the same values for every JSON document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (document, indent) => {
        const text = JSON.stringify(document, null, indent);
        expect(flattened(parseLossless(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts and refuses the same mutilated texts, but for NaN and infinities', () => {
    const mutilated = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', ',', '"', '\\', '}', ']', '0', '-', 'e', '.', ' ', '\u0001'))
      .map(([document, at, insert]) => {
        const text = JSON.stringify(document);
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + insert + text.slice(cut + (insert === '' ? 1 : 0));
      });
    fc.assert(
      fc.property(mutilated, text => {
        let expected: unknown;
        try {
          // "-0" is the integer 0 here, which has no sign.
          expected = JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value));
        } catch {
          expect(problemOf(text)).toBeInstanceOf(JsonSyntaxError);
          return;
        }
        expect(flattened(parseLossless(text))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

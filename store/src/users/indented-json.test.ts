import { parseLossless } from '@snug/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indentedJson } from './indented-json.ts';

it('puts every member on a line of its own', () => {
  const text = '{"b":[1,{"x":"a, b: {\\"c\\"}"}],"a":{},"list":[],"float":5.0,"big":18446744073709551615,"ä":"ü"}';
  expect(indentedJson(parseLossless(text))).toBe(`{
    "b": [
        1,
        {
            "x": "a, b: {\\"c\\"}"
        }
    ],
    "a": {},
    "list": [],
    "float": 5.0,
    "big": 18446744073709551615,
    "\\u00e4": "\\u00fc"
}`);
});

it('lays out every document as JSON itself does', () => {
  fc.assert(
    fc.property(fc.json(), text => {
      const value: unknown = JSON.parse(text);
      // Floats and text outside ASCII are written in other ways, so the documents are compared.
      expect(JSON.parse(indentedJson(parseLossless(text)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it('does not grow with the square of the depth', () => {
  const text = `${'['.repeat(1900)}1${']'.repeat(1900)}`;
  const laidOut = indentedJson(parseLossless(text));
  expect(laidOut.length).toBeLessThan(150 * text.length);
  expect(JSON.parse(laidOut)).toEqual(JSON.parse(text));
});

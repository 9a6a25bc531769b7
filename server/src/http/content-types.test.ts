import { expect, test } from 'vitest';
import { contentTypeOf, isDangerousType } from './content-types.ts';

test.each([
  ['a.png', 'image/png'],
  ['A.PNG', 'image/png'],
  ['x.js', 'application/javascript; charset=utf-8'],
  ['m.safetensors', 'application/safetensors'],
  ['noext', 'application/octet-stream'],
  ['.png', 'application/octet-stream'],
  ['constructor.constructor', 'application/octet-stream'],
])('%s is %s', (name, type) => {
  expect(contentTypeOf(name)).toBe(type);
});

test.each(['a.html', 'a.svg', 'a.js', 'a.mjs', 'a.css', 'a.xml', 'a.xhtml', 'a.mht', 'a.xslt'])(
  '%s could act with the rights of our origin',
  name => {
    expect(isDangerousType(contentTypeOf(name))).toBe(true);
  },
);

test.each(['a.png', 'a.txt', 'a.json', 'a.mp4', 'a.bin', 'a.pdf'])('%s is shown as it is', name => {
  expect(isDangerousType(contentTypeOf(name))).toBe(false);
});

test('any XML vocabulary counts, with parameters and in any case', () => {
  expect(isDangerousType('Application/RSS+XML; charset=utf-8')).toBe(true);
  expect(isDangerousType('model/xml')).toBe(true);
});

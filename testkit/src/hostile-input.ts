// What fuzz tests send: names that try to leave their folder, texts that are no Unicode, JSON of every kind; and how often,
// from which seed. SNUG_FUZZ_RUNS=5000 tries longer, SNUG_FUZZ_SEED=random (or a number) elsewhere; the seed of a failure
// is in its message.
import { readdirSync } from 'node:fs';
import fc from 'fast-check';

const seed = process.env['SNUG_FUZZ_SEED'] ?? '20260101';

/** Parameters of `fc.assert`: a fixed seed, so that a run of the suite says the same twice. */
export function fuzzRuns(usual: number): { readonly numRuns: number; readonly seed?: number } {
  const wanted = process.env['SNUG_FUZZ_RUNS'];
  const numRuns = wanted === undefined ? usual : Number(wanted);
  return seed === 'random' ? { numRuns } : { numRuns, seed: Number(seed) };
}

/** Stands in the file names that the tests send, so that a stray file is recognised wherever it lies. */
export const MARK = 'zfuzz';

/** Files of the tests that lie directly in one of the folders. */
export function strayFilesIn(folders: readonly string[]): string[] {
  return folders.flatMap(folder => {
    try {
      return readdirSync(folder).filter(name => name.includes(MARK));
    } catch {
      return []; // A folder that cannot be read cannot have been written to by this process.
    }
  });
}

/** Names and values that have broken servers before. */
const nasty = [
  '',
  ' ',
  '.',
  '..',
  '../',
  `../../${MARK}`,
  `..\\..\\${MARK}`,
  `....//${MARK}`,
  `/etc/${MARK}`,
  `C:\\${MARK}`,
  `sub/../../../${MARK}`,
  `${MARK}\0.png`,
  `${MARK}\n.png`,
  `${MARK}.png [input]`,
  `${MARK} [temp]`,
  '[output]',
  ' [input]',
  `blake3:${'0'.repeat(64)}`,
  `${MARK}${'x'.repeat(300)}`,
  `${'a/'.repeat(300)}${MARK}`,
  '%2e%2e%2f',
  '%',
  '%zz',
  '%c0%ae',
  '%00',
  '\ud800',
  '\ufeff',
  '💥',
  'e\u0301',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'true',
  'NaN',
  '-1',
  '0',
  '1e999',
  '99999999999999999999999',
  '0x10',
  'default',
  'checkpoints',
  'input',
  'output',
  'temp',
  "'; DROP TABLE jobs; --",
  '<script>',
  '{{7*7}}',
  'a\r\nSet-Cookie: x=1',
] as const;

export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...nasty), fc.constantFrom(...nasty)).map(parts => parts.join('/')),
  },
);

/** A name as it may stand in a URL: encoded in full, in part, or twice. */
export const urlPart: fc.Arbitrary<string> = fc.tuple(nastyText, fc.integer({ min: 0, max: 3 })).map(([text, way]) => {
  const encoded = encodeLoosely(text);
  if (way === 0) return encodeLoosely(encoded);
  if (way === 1) return encoded.replaceAll('%2F', '/').replaceAll('%5C', '\\');
  return way === 2 ? encoded.toLowerCase() : encoded;
});

/** Like `encodeURIComponent`, but a lone surrogate becomes bytes that are no UTF-8 instead of an error. */
function encodeLoosely(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.~]/gsu, character => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0xd800 && code <= 0xdfff ? '%ED%A0%80' : encodeURIComponent(character);
  });
}

export const queryText: fc.Arbitrary<string> = fc
  .array(fc.tuple(urlPart, fc.option(urlPart)), { maxLength: 4 })
  .map(pairs => pairs.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('&'));

const scalarJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('null', 'true', 'false', 'NaN', '-Infinity', '0', '-0', '5.0', '1e400', '18446744073709551615'),
  fc.constantFrom('""', '"\\ud800"', '"\\u0000"', '"__proto__"', '"1"', '[]', '{}', '9'.repeat(5000), '-1', '1.5e-7'),
  fc.string({ unit: 'binary', maxLength: 10 }).map(text => JSON.stringify(text)),
);

/** JSON texts around the members that a route knows, with values of every kind. */
export function jsonTextWith(members: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', '', '1', 'class_type', 'inputs', ...members),
    fc.string({ maxLength: 5 }),
  );
  const { value } = fc.letrec<{ value: string; array: string; object: string }>(tie => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalarJson, tie('array'), tie('object')),
    array: fc.array(tie('value'), { maxLength: 4 }).map(items => `[${items.join(',')}]`),
    object: fc
      .array(fc.tuple(name, tie('value')), { maxLength: 5 })
      .map(entries => `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`),
  }));
  const objects = fc
    .array(fc.tuple(name, value), { minLength: 1, maxLength: 6 })
    .map(entries => `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`);
  return fc.oneof({ weight: 4, arbitrary: objects }, value);
}

/** Bodies that are no JSON, or JSON of an unreasonable size or depth. */
export const hardBody: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc.constantFrom<string | Buffer>(
    '',
    '{',
    '{"a":1,}',
    '\ufeff{}',
    '{}{}',
    "{'a':1}",
    'undefined',
    Buffer.from([0xff, 0xfe]),
    Buffer.from('{"a":1}', 'utf16le'),
    '['.repeat(100_000),
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    `${'{"a":'.repeat(1_900)}1${'}'.repeat(1_900)}`,
    `{"prompt":${'{"a":'.repeat(1_900)}1${'}'.repeat(1_900)}}`,
    `{"prompt":{"1":{"class_type":"SaveImage","inputs":{"a":${'['.repeat(1_900)}${']'.repeat(1_900)}}}}}`,
    `{"extra_data":${'{"a":'.repeat(1_900)}1${'}'.repeat(1_900)},"prompt":{"1":{"class_type":"SaveImage","inputs":{}}}}`,
    `"${'x'.repeat(100_000)}"`,
    `[${'1,'.repeat(20_000)}1]`,
    `{"number":${'9'.repeat(4_000)}}`,
  ),
  fc.uint8Array({ maxLength: 64 }).map(bytes => Buffer.from(bytes)),
);

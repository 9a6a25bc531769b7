import { expect, test } from 'vitest';
import { acceptedEncodings } from './accepted-encodings.ts';

test.each([
  [undefined, []],
  ['', []],
  ['gzip, deflate, br', ['gzip', 'deflate', 'br']],
  ['GZIP;q=0.5 , br ; q=1.0', ['gzip', 'br']],
  ['gzip;q=0, br;q=0.000, identity', ['identity']],
  ['gzip;q=0.001', ['gzip']],
  [',,', []],
])('%j accepts %j', (header, names) => {
  expect(acceptedEncodings(header)).toEqual(names);
});

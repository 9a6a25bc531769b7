import { expect, test } from 'vitest';
import { contentDisposition } from './content-disposition.ts';

test('the name is quoted and there is no disposition word, so the file is shown', () => {
  expect(contentDisposition('a b.png')).toBe('filename="a b.png"');
});

test('quotes and backslashes are escaped and controls removed', () => {
  expect(contentDisposition('a"b\\c\r\nd.png', 'attachment')).toBe('attachment; filename="a\\"b\\\\cd.png"');
});

test('other letters travel as UTF-8 bytes', () => {
  const bytes = Buffer.from(contentDisposition('ü.png'), 'latin1');
  expect(bytes.toString('utf8')).toBe('filename="ü.png"');
});

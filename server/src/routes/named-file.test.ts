import { expect, test } from 'vitest';
import { readNamedFile } from './named-file.ts';

const read = (filename: string, type?: string, subfolder?: string): unknown =>
  readNamedFile({ filename, type, subfolder });

test('a plain name lies in output unless a type says otherwise', () => {
  expect(read('a.png')).toEqual({ filename: 'a.png', subfolder: '', type: 'output' });
  expect(read('a.png', 'input', 'x/./y')).toEqual({ filename: 'a.png', subfolder: 'x/y', type: 'input' });
});

test('a suffix overrides the type, even a wrong one', () => {
  expect(read('a.png [temp]', 'input')).toMatchObject({ filename: 'a.png', type: 'temp' });
  expect(read('a.png [temp]', 'nope')).toMatchObject({ type: 'temp' });
});

test('folders in front of the name are dropped', () => {
  expect(read('sub/a.png', 'input')).toEqual({ filename: 'a.png', subfolder: '', type: 'input' });
});

test.each(['', '/etc/passwd', '../a.png', 'a..b.png', 'a\0.png', '[input]'])('the name %j is refused', name => {
  expect(read(name, 'input')).toBe(400);
});

test('an unknown type is refused', () => {
  expect(read('a.png', 'nope')).toBe(400);
  expect(read('a.png', '')).toBe(400);
});

test.each(['..', '/etc', 'a/../..'])('the folder %j is forbidden', subfolder => {
  expect(read('a.png', 'input', subfolder)).toBe(403);
});

test('a folder instead of a file is missing', () => {
  expect(read('sub/', 'input')).toBe(404);
});

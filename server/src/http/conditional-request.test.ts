import { describe, expect, test } from 'vitest';
import { fileEtag, isNotModified, isRangeStillValid } from './conditional-request.ts';

const modifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const validators = { etag: '"a1"', modifiedMs };
const lastModified = new Date(modifiedMs).toUTCString();

test('the tag of a file changes with its size and its time', () => {
  const tag = fileEtag(10, 1000.5);
  expect(tag).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/);
  expect(fileEtag(11, 1000.5)).not.toBe(tag);
  expect(fileEtag(10, 1000.501)).not.toBe(tag);
});

describe('a copy is still good', () => {
  test.each([
    { 'if-none-match': '"a1"' },
    { 'if-none-match': 'W/"a1"' },
    { 'if-none-match': '"b", "a1"' },
    { 'if-none-match': '*' },
    { 'if-modified-since': lastModified },
  ])('for %j', headers => {
    expect(isNotModified(headers, validators)).toBe(true);
  });
});

describe('a copy is stale', () => {
  test.each([
    {},
    { 'if-none-match': '"b"' },
    { 'if-none-match': '"b"', 'if-modified-since': lastModified },
    { 'if-modified-since': new Date(modifiedMs - 2000).toUTCString() },
    { 'if-modified-since': 'yesterday' },
  ])('for %j', headers => {
    expect(isNotModified(headers, validators)).toBe(false);
  });
});

test('a range applies only to the state of the file that If-Range names', () => {
  expect(isRangeStillValid({}, validators)).toBe(true);
  expect(isRangeStillValid({ 'if-range': '"a1"' }, validators)).toBe(true);
  expect(isRangeStillValid({ 'if-range': 'W/"a1"' }, validators)).toBe(false);
  expect(isRangeStillValid({ 'if-range': '"b"' }, validators)).toBe(false);
  expect(isRangeStillValid({ 'if-range': lastModified }, validators)).toBe(true);
  expect(isRangeStillValid({ 'if-range': new Date(0).toUTCString() }, validators)).toBe(false);
});

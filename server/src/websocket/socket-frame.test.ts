import { expect, test } from 'vitest';
import { binaryFrame, textFrame } from './socket-frame.ts';

test('the examples of RFC 6455 section 5.7', () => {
  expect(textFrame('Hello')).toEqual(Buffer.from([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]));
  expect(binaryFrame(new Uint8Array(256)).subarray(0, 4)).toEqual(Buffer.from([0x82, 0x7e, 0x01, 0x00]));
  expect(binaryFrame(new Uint8Array(65_536)).subarray(0, 10)).toEqual(
    Buffer.from([0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]),
  );
});

test.each([
  [0, 2],
  [125, 2],
  [126, 4],
  [65_535, 4],
  [65_536, 10],
])('a payload of %i bytes follows a header of %i', (length, headerLength) => {
  const bytes = Buffer.alloc(length, 'abc');
  for (const frame of [binaryFrame(bytes), textFrame(bytes.toString())]) {
    expect(frame.length).toBe(headerLength + length);
    expect(frame.subarray(headerLength).equals(bytes)).toBe(true);
  }
});

test('text is UTF-8, and its length counts bytes', () => {
  const frame = textFrame('ä😀');
  expect([frame[1], frame.subarray(2).toString()]).toEqual([6, 'ä😀']);
});

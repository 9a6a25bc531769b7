import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from './code-point-order.ts';

describe('compareCodePoints', () => {
  it('puts characters beyond the basic plane last and capitals before small letters', () => {
    expect(['a', '😀', '！', 'B', '', 'ab', '\u{10ffff}'].sort(compareCodePoints)).toEqual([
      '',
      'B',
      'a',
      'ab',
      '！',
      '😀',
      '\u{10ffff}',
    ]);
  });

  it('agrees with the order of the UTF-8 bytes', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

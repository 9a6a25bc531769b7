import { describe, expect, it } from 'vitest';
import { createStderrTail } from './stderr-tail.ts';

describe('the tail of standard error', () => {
  it('keeps the newest lines and answers those that a chunk completed', () => {
    const tail = createStderrTail(2);
    expect(tail.push('one\ntwo\nthr')).toEqual(['one', 'two']);
    expect(tail.push('ee\r\n\n')).toEqual(['three']);
    expect(tail.lines()).toEqual(['two', 'three']);
  });

  it('includes a last line that was never ended', () => {
    const tail = createStderrTail();
    tail.push('Segmentation fault');
    expect(tail.lines()).toEqual(['Segmentation fault']);
  });

  it('cuts lines that are too long, ended or not', () => {
    const tail = createStderrTail(5, 10);
    tail.push(`${'a'.repeat(100)}\n`);
    for (let i = 0; i < 100; i++) tail.push('b'.repeat(100));
    expect(tail.lines()).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb']);
  });
});

import { describe, expect, it } from 'vitest';
import { expandFilenameTokens, outputFilename } from './output-filename.ts';

const now = new Date(2026, 0, 2, 3, 4, 5);

describe('expandFilenameTokens', () => {
  it('fills in size and local time with leading zeros', () => {
    const prefix = '%year%-%month%-%day%/%hour%%minute%%second%_%width%x%height%';
    expect(expandFilenameTokens(prefix, { width: 64, height: 1024, now })).toBe('2026-01-02/030405_64x1024');
  });

  it('replaces every occurrence and leaves unknown tokens alone', () => {
    expect(expandFilenameTokens('%width%%width%_%seed%_%batch_num%_100%', { width: 8, height: 8, now })).toBe(
      '88_%seed%_%batch_num%_100%',
    );
  });

  it('answers a prefix without tokens unchanged', () => {
    expect(expandFilenameTokens('ComfyUI', { width: 0, height: 0, now })).toBe('ComfyUI');
  });
});

describe('outputFilename', () => {
  it.each([
    [1, 'ComfyUI_00001_.png'],
    [99_999, 'ComfyUI_99999_.png'],
    [100_000, 'ComfyUI_100000_.png'],
  ])('writes the counter %d with at least five digits', (counter, name) => {
    expect(outputFilename({ stem: 'ComfyUI', counter, extension: 'png' })).toBe(name);
  });

  it('puts the batch index where the prefix asks for it', () => {
    const file = { stem: 'a%batch_num%b%batch_num%', counter: 1, extension: 'webp' };
    expect(outputFilename({ ...file, batchIndex: 3 })).toBe('a3b3_00001_.webp');
    expect(outputFilename(file)).toBe('a0b0_00001_.webp');
  });
});

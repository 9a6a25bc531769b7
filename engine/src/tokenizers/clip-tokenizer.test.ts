import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipEndToken, loadClipTokenizer } from './clip-tokenizer.ts';

test('the vocabulary is loaded once', () => {
  expect(loadClipTokenizer()).toBe(loadClipTokenizer());
});

test('any text gives ids of the vocabulary', async () => {
  const tokenizer = await loadClipTokenizer();
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
      for (const id of tokenizer.encode(text)) expect(id >= 0 && id <= clipEndToken, `${id}`).toBe(true);
    }),
  );
});

test('half surrogates, control and format characters vanish', async () => {
  const tokenizer = await loadClipTokenizer();
  expect(tokenizer.encode('c\ud800a\u0000t\u200b')).toEqual(tokenizer.encode('cat'));
});

test('line separators and wide spaces end a word', async () => {
  const tokenizer = await loadClipTokenizer();
  expect(tokenizer.encode('a\u2028cat\u3000dog')).toEqual(tokenizer.encode('a cat dog'));
});

test('a very long word is no trouble', async () => {
  const tokenizer = await loadClipTokenizer();
  expect(tokenizer.encode('ab'.repeat(100_000)).length).toBeGreaterThan(10_000);
});

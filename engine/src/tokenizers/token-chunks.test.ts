import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PromptToken, packChunks } from './token-chunks.ts';

const layout = { length: 12, start: 100, end: 101, pad: 102 };
const groupsOf = (...lengths: number[]): PromptToken[][] =>
  lengths.map((length, index) => Array.from({ length }, (_, id) => ({ id, weight: 1, wordId: index + 1 })));
const layoutOf = (...lengths: number[]) =>
  packChunks(groupsOf(...lengths), layout).map(chunk => chunk.map(token => token.wordId).join(''));

test('a group below 8 tokens moves to the next chunk as a whole', () => {
  expect(layoutOf(7, 4)).toEqual(['011111110000', '022220000000']);
});

test('a group of 8 or more fills the chunk and goes on in the next', () => {
  expect(layoutOf(7, 8)).toEqual(['011111112220', '022222000000']);
  expect(layoutOf(10, 8)).toEqual(['011111111110', '022222222000']);
  expect(layoutOf(25)).toEqual(['011111111110', '011111111110', '011111000000']);
});

test('a full chunk has no padding, and no prompt still has one chunk', () => {
  expect(layoutOf(10)).toEqual(['011111111110']);
  expect(packChunks([], layout)[0]?.map(token => ('id' in token ? token.id : -1))).toEqual([
    100,
    101,
    ...Array<number>(10).fill(102),
  ]);
});

test('chunks have their length, and no token is lost or reordered', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 12 }), lengths => {
      const groups = groupsOf(...lengths);
      const chunks = packChunks(groups, layout);
      for (const chunk of chunks) expect(chunk).toHaveLength(layout.length);
      expect(chunks.flat().filter(token => token.wordId > 0)).toEqual(groups.flat());
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BytePairEncoder } from './byte-pair-encoding.ts';

const merges = ['a b', 'b c', 'ab c</w>', 'c a', 'a a', 'aa aa', 'b b</w>', 'ca b'];

/** The definition, word for word: join all occurrences of the first pair of the list, from the left, until none is left. */
function encodeByDefinition(word: string): string[] {
  let symbols = [...word].map((char, index) => (index === word.length - 1 ? `${char}</w>` : char));
  for (;;) {
    const pairs = symbols.slice(1).map((symbol, index) => merges.indexOf(`${symbols[index]} ${symbol}`));
    const rank = Math.min(...pairs.filter(found => found >= 0));
    if (!Number.isFinite(rank)) return symbols;
    const joined: string[] = [];
    for (let index = 0; index < symbols.length; index++) {
      const pair = `${symbols[index]} ${symbols[index + 1]}`;
      const isJoined = pair === merges[rank];
      joined.push(isJoined ? pair.replace(' ', '') : (symbols[index] ?? ''));
      if (isJoined) index++;
    }
    symbols = joined;
  }
}

test('merging by heap equals merging by the definition', () => {
  const encoder = new BytePairEncoder(merges);
  const spellings = new Map(merges.map((line, rank) => [512 + rank, line.replace(' ', '')]));
  const spell = (id: number): string => {
    const byte = String.fromCharCode((id & 0xff) + 0x21); // printable ASCII comes first in the alphabet
    return spellings.get(id) ?? (id < 256 ? byte : `${byte}</w>`);
  };
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 24 });
  fc.assert(
    fc.property(word, text => {
      expect(encoder.encodeWord(text).map(spell)).toEqual(encodeByDefinition(text));
    }),
    { numRuns: 500 },
  );
});

test('the empty word has no ids', () => {
  expect(new BytePairEncoder(merges).encodeWord('')).toEqual([]);
});

import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadClipTokenizer } from '../src/tokenizers/clip-tokenizer.ts';
import { clipChunkLayouts, tokenizeWeighted } from '../src/tokenizers/prompt-tokens.ts';
import { parsePromptWeights } from '../src/tokenizers/prompt-weights.ts';
import { readTextualInversion } from '../src/tokenizers/textual-inversion.ts';
import { goldenPath, readGoldenJson } from './golden-files.ts';

type Encoder = keyof typeof clipChunkLayouts;
interface EmbeddingRow {
  readonly embedding: string;
  readonly row: number;
  readonly dim: number;
}
type Entry = [id: number | EmbeddingRow, weight: number, wordId: number];
type Chunks = (Entry | { repeat: number; entry: Entry })[][];
interface GoldenPrompt extends Partial<Record<Encoder, Chunks>> {
  readonly text: string;
  readonly segments: [string, number][];
}

/** Weights are products of 1.1; the golden file has them rounded. */
const rounded = (weight: number) => Number(weight.toFixed(9));
const unfolded = (chunks: Chunks) =>
  chunks.map(chunk =>
    chunk
      .flatMap(token => (Array.isArray(token) ? [token] : Array<Entry>(token.repeat).fill(token.entry)))
      .map(([id, weight, wordId]) => [id, rounded(weight), wordId]),
  );

async function tokenize(text: string, encoder: Encoder, areWeightsParsed = true) {
  const rows = new Map<Float32Array, EmbeddingRow>();
  const findEmbedding = async (name: string) => {
    const candidates = [name, `${name}.safetensors`].map(file => goldenPath('tokens', 'embeddings', file));
    const file = candidates.find(candidate => candidate.endsWith('.safetensors') && existsSync(candidate));
    if (file === undefined) return undefined;
    const vectors = await readTextualInversion(file, `clip_${encoder}`);
    const embedding = path.basename(file, '.safetensors');
    for (const [row, vector] of vectors.entries()) rows.set(vector, { embedding, row, dim: vector.length });
    return vectors;
  };
  const { chunks, missingEmbeddings } = await tokenizeWeighted(text, {
    tokenizer: await loadClipTokenizer(),
    layout: clipChunkLayouts[encoder],
    findEmbedding,
    areWeightsParsed,
  });
  const entries = chunks.map(chunk =>
    chunk.map(token => ['id' in token ? token.id : rows.get(token.vector), rounded(token.weight), token.wordId]),
  );
  return { entries, missingEmbeddings };
}

const prompts = readGoldenJson<GoldenPrompt[]>('tokens', 'tokens.json');

describe('golden prompts', () => {
  test.each(prompts)('are split by weight: $text', ({ text, segments }) => {
    const found = parsePromptWeights(text).map(segment => [segment.text, rounded(segment.weight)]);
    expect(found).toEqual(segments.map(([piece, weight]) => [piece, rounded(weight)]));
  });

  test.each(prompts)('become the golden tokens: $text', async prompt => {
    for (const encoder of ['l', 'g', 'h'] as const) {
      const expected = prompt[encoder];
      if (expected !== undefined) {
        expect((await tokenize(prompt.text, encoder)).entries, encoder).toEqual(unfolded(expected));
      }
    }
  });

  test('cover every encoder', () => {
    for (const encoder of ['l', 'g', 'h'] as const) expect(prompts.some(prompt => encoder in prompt)).toBe(true);
  });

  test.each(readGoldenJson<GoldenPrompt[]>('tokens', 'disable-weights.json'))(
    'keep their parentheses when weights are off: $text',
    async ({ text, l = [] }) => {
      expect((await tokenize(text, 'l', false)).entries).toEqual(unfolded(l));
    },
  );
});

test('an embedding that is not found is left out and named', async () => {
  const { entries, missingEmbeddings } = await tokenize('embedding:nowhere, cat', 'l');
  expect(missingEmbeddings).toEqual(['nowhere,']);
  expect(entries[0]?.slice(0, 3).map(([id]) => id)).toEqual([49406, 2368, 49407]);
});

test('a file without vectors is refused by name', async () => {
  await expect(readTextualInversion(goldenPath('rng', 'latent_noise_08.safetensors'), 'clip_l')).rejects.toMatchObject({
    code: 'EMBEDDING_INVALID',
  });
});

// Golden folder `tokens`: prompt weights and CLIP tokens. The JSON files hold one entry per prompt; tokenizers other
// than CLIP's are left out, and named in the report.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadClipTokenizer } from '../../engine/src/tokenizers/clip-tokenizer.ts';
import { clipChunkLayouts, tokenizeWeighted } from '../../engine/src/tokenizers/prompt-tokens.ts';
import { parsePromptWeights } from '../../engine/src/tokenizers/prompt-weights.ts';
import type { PromptToken } from '../../engine/src/tokenizers/token-chunks.ts';
import { Comparison } from './comparison.ts';
import { GoldenEmbeddings } from './golden-embeddings.ts';
import type { GoldenCase, ParityContext, ParityOutcome, ParitySuite } from './suite.ts';

/** `[id or embedding row, weight, word id]`, or a run of equal ones. */
type RecordedToken = readonly [unknown, number, number];
type RecordedChunk = readonly (RecordedToken | { readonly repeat: number; readonly entry: RecordedToken })[];

interface PromptEntry {
  readonly text: string;
  readonly segments?: readonly (readonly [string, number])[];
  /** `disable_weights`, or an option of another tokenizer. */
  readonly option?: string;
  readonly [family: string]: unknown;
}

/** Families whose CLIP tokens are covered. */
const clipFamilies: ReadonlySet<string> = new Set(['sd1', 'sd2', 'sdxl']);

const weightTolerance = 1e-9;

export const tokens: ParitySuite = {
  folder: 'tokens',
  async run(goldenCase: GoldenCase, context: ParityContext): Promise<ParityOutcome> {
    const file = goldenCase.params['file'];
    if (typeof file !== 'string') return { skipped: `operation ${goldenCase.op}` };
    const entries = JSON.parse(await readFile(join(context.folderPath, file), 'utf8')) as PromptEntry[];
    const check = new TokenCheck(new GoldenEmbeddings(join(context.folderPath, 'embeddings')));
    for (const entry of entries) await check.prompt(entry);
    return check.outcome();
  },
};

class TokenCheck {
  readonly #comparison = new Comparison(weightTolerance);
  readonly #embeddings: GoldenEmbeddings;
  readonly #leftOut = new Set<string>();
  #isAnythingCompared = false;

  constructor(embeddings: GoldenEmbeddings) {
    this.#embeddings = embeddings;
  }

  async prompt(entry: PromptEntry): Promise<void> {
    const { text, segments, option } = entry;
    if (segments !== undefined) this.#segments(text, segments);
    const isOptionOurs = option === undefined || option === 'disable_weights';
    for (const [family, encoders] of Object.entries(entry)) {
      if (typeof encoders !== 'object' || encoders === null || family === 'segments') continue;
      if (Array.isArray(encoders)) {
        this.#leftOut.add(family);
        continue;
      }
      for (const [encoder, chunks] of Object.entries(encoders as Record<string, RecordedChunk[]>)) {
        if (isOptionOurs && clipFamilies.has(family) && encoder in clipChunkLayouts) {
          await this.#tokens(text, encoder as keyof typeof clipChunkLayouts, chunks, option === undefined);
        } else this.#leftOut.add(family === 'out' ? `${entry['family']} ${encoder}` : `${family} ${encoder}`);
      }
    }
  }

  outcome(): ParityOutcome {
    const leftOut = [...this.#leftOut].sort().join(', ');
    if (!this.#isAnythingCompared) return { skipped: `tokenizers ${leftOut}` };
    return { ...this.#comparison.outcome(), ...(leftOut !== '' && { leftOut: `tokenizers ${leftOut}` }) };
  }

  #segments(text: string, expected: readonly (readonly [string, number])[]): void {
    const actual = parsePromptWeights(text);
    this.#comparison.equal(
      `segments of "${text}"`,
      actual.map(segment => segment.text),
      expected.map(([part]) => part),
    );
    this.#comparison.values(
      `weights of "${text}"`,
      actual.map(({ weight }) => weight),
      expected.map(([, weight]) => weight),
    );
    this.#isAnythingCompared = true;
  }

  async #tokens(
    text: string,
    encoder: keyof typeof clipChunkLayouts,
    recorded: readonly RecordedChunk[],
    areWeightsParsed: boolean,
  ): Promise<void> {
    const { chunks } = await tokenizeWeighted(text, {
      tokenizer: await loadClipTokenizer(),
      layout: clipChunkLayouts[encoder],
      findEmbedding: name => this.#embeddings.find(name, `clip_${encoder}`),
      areWeightsParsed,
    });
    const actual = chunks.flat();
    const expected = recorded.flatMap(expanded);
    const label = `${encoder} of "${text}"`;
    this.#comparison.equal(`chunks, ${label}`, chunks.length, recorded.length);
    this.#comparison.equal(
      `tokens, ${label}`,
      actual.map(token => this.#identity(token)),
      expected.map(([id]) => id),
    );
    this.#comparison.equal(
      `word ids, ${label}`,
      actual.map(({ wordId }) => wordId),
      expected.map(([, , wordId]) => wordId),
    );
    this.#comparison.values(
      `weights, ${label}`,
      actual.map(({ weight }) => weight),
      expected.map(([, weight]) => weight),
    );
    this.#isAnythingCompared = true;
  }

  #identity(token: PromptToken): unknown {
    return 'id' in token ? token.id : this.#embeddings.identityOf(token.vector);
  }
}

function expanded(chunk: RecordedChunk): RecordedToken[] {
  return chunk.flatMap(item => ('repeat' in item ? Array<RecordedToken>(item.repeat).fill(item.entry) : [item]));
}

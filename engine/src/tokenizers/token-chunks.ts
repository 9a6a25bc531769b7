// Text encoders read a fixed number of tokens: start, 75 tokens, end. Longer prompts become several chunks; words stay whole
// unless they are long. Rules: golden data, section "Tokens".

/** One place of a chunk: a token of the vocabulary or a vector in its stead (textual inversion). */
export type PromptToken = {
  /** Multiplier of the difference to the empty prompt. */
  readonly weight: number;
  /** Counts the groups of tokens of the prompt from 1; 0 for start, end and padding. */
  readonly wordId: number;
} & ({ readonly id: number } | { readonly vector: Float32Array });

export interface ChunkLayout {
  readonly length: number;
  readonly start: number;
  readonly end: number;
  /** Fills a chunk after its end token. */
  readonly pad: number;
}

/** Groups of this many tokens may be split between chunks. */
const largeGroup = 8;

/** Packs groups (words, or runs of words of one weight) into chunks of exactly `layout.length`; at least one. */
export function packChunks(groups: readonly (readonly PromptToken[])[], layout: ChunkLayout): PromptToken[][] {
  const special = (id: number): PromptToken => ({ id, weight: 1, wordId: 0 });
  const room = layout.length - 1; // the end token takes the last place
  const chunks: PromptToken[][] = [];
  let chunk = [special(layout.start)];
  const finish = (): void => {
    chunk.push(special(layout.end));
    while (chunk.length < layout.length) chunk.push(special(layout.pad));
    chunks.push(chunk);
    chunk = [special(layout.start)];
  };
  for (const group of groups) {
    const isLarge = group.length >= largeGroup;
    let done = 0;
    while (chunk.length + group.length - done > room) {
      if (isLarge) {
        const count = room - chunk.length;
        chunk.push(...group.slice(done, done + count));
        done += count;
      }
      finish();
    }
    chunk.push(...group.slice(done));
  }
  finish();
  return chunks;
}

// From the text of a prompt to weighted tokens in chunks: weights, `embedding:name` placeholders, tokenizer, packing.
import { clipEndToken, clipStartToken, type TextTokenizer } from './clip-tokenizer.ts';
import { type PromptSegment, parsePromptWeights } from './prompt-weights.ts';
import { type ChunkLayout, type PromptToken, packChunks } from './token-chunks.ts';

const clipChunk = { length: 77, start: clipStartToken, end: clipEndToken } as const;

/** Chunks of each CLIP text encoder; they differ in padding only. */
export const clipChunkLayouts = {
  /** CLIP-L: SD 1.x, and one of the two of SDXL. */
  l: { ...clipChunk, pad: clipEndToken },
  /** OpenCLIP bigG: SDXL. */
  g: { ...clipChunk, pad: 0 },
  /** OpenCLIP H: SD 2.x. */
  h: { ...clipChunk, pad: 0 },
} as const satisfies Record<string, ChunkLayout>;

export interface TokenizeOptions {
  readonly tokenizer: TextTokenizer;
  readonly layout: ChunkLayout;
  /** Vectors of a textual inversion by the name after `embedding:`; undefined when there is none of that name. */
  readonly findEmbedding?: ((name: string) => Promise<readonly Float32Array[] | undefined>) | undefined;
  /** `false` takes parentheses as ordinary characters; default true. */
  readonly areWeightsParsed?: boolean;
}

export interface TokenizedPrompt {
  /** Each of `layout.length` tokens. */
  readonly chunks: readonly (readonly PromptToken[])[];
  /** Names after `embedding:` that were not found; the prompt goes on without them. */
  readonly missingEmbeddings: readonly string[];
}

/** Either text for the tokenizer or the name of an embedding with the text that follows it up to the next one. */
interface Piece {
  readonly embedding?: string;
  readonly text: string;
}

/** Tokenizes a prompt. Each segment of one weight, and each embedding in it, is a group with a `wordId` of its own. */
export async function tokenizeWeighted(prompt: string, options: TokenizeOptions): Promise<TokenizedPrompt> {
  const { tokenizer, layout, findEmbedding = async () => undefined, areWeightsParsed = true } = options;
  const segments: readonly PromptSegment[] = areWeightsParsed
    ? parsePromptWeights(prompt)
    : [{ text: prompt, weight: 1 }];
  const groups: PromptToken[][] = [];
  const missingEmbeddings: string[] = [];
  const addText = (text: string, weight: number): void => {
    const wordId = groups.length + 1;
    groups.push(tokenizer.encode(text).map(id => ({ id, weight, wordId })));
  };
  for (const { text, weight } of segments) {
    const pieces = splitAtEmbeddings(text);
    if (pieces.length === 1 && pieces[0]?.embedding === undefined) {
      addText(text, weight);
      continue;
    }
    for (const piece of pieces) {
      let following = piece.text;
      if (piece.embedding !== undefined) {
        const found = await findWithoutCommas(piece.embedding, findEmbedding);
        if (found === undefined) missingEmbeddings.push(piece.embedding);
        else {
          const wordId = groups.length + 1;
          groups.push(found.vectors.map(vector => ({ vector, weight, wordId })));
          following = found.rest + following;
        }
      }
      if (following.trim() !== '') addText(following, weight);
    }
  }
  return { chunks: packChunks(groups, layout), missingEmbeddings };
}

/** `embedding:` counts at the start of a word only; its name ends at the next space. */
function splitAtEmbeddings(text: string): Piece[] {
  const pieces: Piece[] = [];
  const pattern = /(?<=^|\s)embedding:\s*(\S+)/g;
  let start = 0;
  let embedding: string | undefined;
  for (const match of text.matchAll(pattern)) {
    pieces.push(pieceOf(embedding, text.slice(start, match.index)));
    embedding = match[1];
    start = match.index + match[0].length;
  }
  pieces.push(pieceOf(embedding, text.slice(start)));
  return pieces;
}

function pieceOf(embedding: string | undefined, text: string): Piece {
  return embedding === undefined ? { text } : { embedding, text };
}

/** In `embedding:name, more` the comma belongs to the text, unless a file is really named so. */
async function findWithoutCommas(
  name: string,
  findEmbedding: (name: string) => Promise<readonly Float32Array[] | undefined>,
): Promise<{ vectors: readonly Float32Array[]; rest: string } | undefined> {
  const exact = await findEmbedding(name);
  if (exact !== undefined) return { vectors: exact, rest: '' };
  const bare = name.replace(/,+$/, '');
  const vectors = bare === name || bare === '' ? undefined : await findEmbedding(bare);
  return vectors === undefined ? undefined : { vectors, rest: name.slice(bare.length) };
}

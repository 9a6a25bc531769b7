// CLIP: tokenizer and text encoder behind the contract that nodes use.
import { EngineError } from '../../errors.ts';
import { clipEndToken, loadClipTokenizer } from '../../tokenizers/clip-tokenizer.ts';
import { clipChunkLayouts, tokenizeWeighted } from '../../tokenizers/prompt-tokens.ts';
import { readTextualInversion } from '../../tokenizers/textual-inversion.ts';
import { type ProjectionFactors, productOf } from '../attention-projections.ts';
import type { TextEncoder } from '../model.ts';
import { type ClipModel, type ClipModelOptions, createClipModel } from './clip-model.ts';

export interface EmbeddingOptions {
  /** Path of the file that `embedding:name` means. */
  readonly findEmbedding?: ((name: string) => Promise<string | undefined>) | undefined;
  /** Told when an embedding of a prompt is missing or does not fit; the prompt goes on without it. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface TextEncoderOptions extends Omit<ClipModelOptions, 'chunkLayout'>, EmbeddingOptions {}

/** The text encoder of SD 1.x: one CLIP-L. @throws EngineError as `createClipModel`. */
export function createTextEncoder(options: TextEncoderOptions): TextEncoder {
  const model = createClipModel({ ...options, chunkLayout: clipChunkLayouts.l });
  const { vocabularySize } = model.layout;
  if (vocabularySize <= clipEndToken) {
    const reason = `its vocabulary has ${vocabularySize} tokens instead of ${clipEndToken + 1}`;
    throw new EngineError('MODEL_INCONSISTENT', { path: options.file.path, part: 'text encoder', reason });
  }
  return encoderFrom(model, options, { stopAtLayer: -1 });
}

/** What copies of the handle differ in. */
interface EncoderState {
  readonly stopAtLayer: number;
  readonly attention?: ProjectionFactors;
}

function encoderFrom(model: ClipModel, options: EmbeddingOptions, state: EncoderState): TextEncoder {
  return {
    withStopAtLayer: stopAtLayer => encoderFrom(model, options, { ...state, stopAtLayer }),

    withScaledAttention(factors) {
      requireFinite(factors);
      return encoderFrom(model, options, { ...state, attention: productOf(state.attention, factors) });
    },

    async encode(text, { signal } = {}) {
      signal?.throwIfAborted();
      const { chunks, missingEmbeddings } = await tokenizeWeighted(text, {
        tokenizer: await loadClipTokenizer(),
        layout: clipChunkLayouts.l,
        findEmbedding: name => findVectors(name, model.layout.width, options),
      });
      for (const name of missingEmbeddings) options.onWarning?.(`embedding "${name}" was not found and is left out`);
      const { context, pooled } = await model.encodeChunks(chunks, { ...state, signal });
      return [[context, { pooled_output: pooled }]];
    },
  };
}

function requireFinite(factors: ProjectionFactors): void {
  for (const [name, value] of Object.entries(factors)) {
    if (Number.isFinite(value)) continue;
    throw new EngineError('INVALID_ARGUMENT', { name, expected: 'a finite number', actual: value });
  }
}

async function findVectors(
  name: string,
  width: number,
  { findEmbedding, onWarning }: EmbeddingOptions,
): Promise<readonly Float32Array[] | undefined> {
  const path = await findEmbedding?.(name);
  if (path === undefined) return undefined;
  const vectors = await readTextualInversion(path, 'clip_l');
  const actual = vectors[0]?.length ?? 0;
  if (actual === width) return vectors;
  onWarning?.(
    `"${path}" has vectors of ${actual} numbers, but this text encoder takes ${width}: was it made for another model?`,
  );
  return undefined;
}

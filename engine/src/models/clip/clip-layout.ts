// Reads the architecture of a CLIP text encoder (Hugging Face key names) out of the keys and shapes of its weights.
import { EngineError } from '../../errors.ts';
import type { WeightScope } from '../weights.ts';

export interface ClipLayout {
  readonly width: number;
  readonly layerCount: number;
  readonly heads: number;
  readonly vocabularySize: number;
  /** Tokens of a chunk, 77. */
  readonly positions: number;
}

/** Heads of real models are 64 wide; smaller models have one. */
const HEAD_WIDTH = 64;

/**
 * @param weights scope that holds `embeddings`, `encoder` and `final_layer_norm`.
 * @throws EngineError TENSOR_MISSING or MODEL_INCONSISTENT
 */
export function readClipLayout(weights: WeightScope, path: string): ClipLayout {
  const [vocabularySize = 0, width = 0] = weights.dims('embeddings.token_embedding.weight');
  const [positions = 0] = weights.dims('embeddings.position_embedding.weight');
  let layerCount = 0;
  while (weights.has(`encoder.layers.${layerCount}.layer_norm1.weight`)) layerCount++;
  if (layerCount === 0) {
    throw new EngineError('MODEL_INCONSISTENT', { path, part: 'text encoder', reason: 'it has no layers' });
  }
  return { width, layerCount, heads: Math.max(1, Math.floor(width / HEAD_WIDTH)), vocabularySize, positions };
}

// A CLIP text encoder that works on chunks of tokens: runs the graph, picks layer and pooled state, applies prompt weights.
import type { SafetensorsFile } from '../../formats/safetensors.ts';
import type { Feeds } from '../../runtime/backend.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type ChunkLayout, type PromptToken, packChunks } from '../../tokenizers/token-chunks.ts';
import { factorFeeds, type ProjectionFactors } from '../attention-projections.ts';
import { type GraphStyle, styleName } from '../graph-style.ts';
import { estimateResidentBytes, tuningFor } from '../session-profile.ts';
import { createWeights, type WeightTable } from '../weights.ts';
import { buildClipGraph, factorName, hiddenStateName } from './clip-graph.ts';
import { type ClipLayout, readClipLayout } from './clip-layout.ts';

export type Chunk = readonly PromptToken[];

export interface ClipModelOptions {
  readonly runtime: Runtime;
  readonly file: WeightTable & Pick<SafetensorsFile, 'identity'>;
  /** Prefix of the keys, with its dot. */
  readonly prefix: string;
  readonly style: GraphStyle;
  /** Special tokens: they make the empty prompt, and the end token marks the pooled state. */
  readonly chunkLayout: ChunkLayout;
  /** Attention heads, where they are not 64 wide. */
  readonly heads?: number;
}

export interface EncodeChunksOptions {
  /** -1 last layer, -2 the one before, ...; counts beyond the first layer mean the last. */
  readonly stopAtLayer: number;
  /** Factors of all attentions; default none. */
  readonly attention?: ProjectionFactors | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EncodedChunks {
  /** The chunks one after the other, [1, chunks * positions, width]. */
  readonly context: Tensor;
  /** Last layer's state at the end token of the first chunk, [1, width]; clip skip and weights do not change it. */
  readonly pooled: Tensor;
}

export interface ClipModel {
  readonly layout: ClipLayout;
  encodeChunks(chunks: readonly Chunk[], options: EncodeChunksOptions): Promise<EncodedChunks>;
}

/** Maps of [positions, width] that a layer holds at the same time, generously. */
const LIVE_MAPS = 24;

/** Reads shapes only. @throws EngineError TENSOR_MISSING, MODEL_INCONSISTENT, WEIGHT_TYPE_UNSUPPORTED, GRAPH_INVALID */
export function createClipModel(options: ClipModelOptions): ClipModel {
  const { runtime, file, prefix, style, chunkLayout } = options;
  const weights = createWeights(file, style, prefix);
  const read = readClipLayout(weights, file.path);
  const layout = { ...read, heads: options.heads ?? read.heads };
  const tuning = tuningFor(style);
  const sourceOf = (hasScaledAttention: boolean) => {
    const graph = buildClipGraph(weights, layout, { hasScaledAttention });
    return {
      file,
      part: 'text encoder',
      variant: `${styleName(style)}, ${layout.heads} heads${hasScaledAttention ? ', scaled attention' : ''}`,
      graph,
      encoding: style.encoding,
      tuning,
      residentBytes: estimateResidentBytes(graph, style, tuning),
    };
  };
  const plain = sourceOf(false);
  let scaled: typeof plain | undefined;
  const scaledSource = () => {
    scaled ??= sourceOf(true);
    return scaled;
  };
  const emptyChunk = packChunks([], chunkLayout)[0] ?? [];

  return {
    layout,

    async encodeChunks(chunks, { stopAtLayer, attention, signal }) {
      const isWeighted = chunks.some(chunk => chunk.some(token => token.weight !== 1));
      const rows = isWeighted ? [...chunks, emptyChunk] : chunks;
      const layers = layersAfterSkip(layout.layerCount, stopAtLayer);
      const last = hiddenStateName(layout.layerCount);
      const chosen = hiddenStateName(layers);
      const states = await runtime.run({
        source: attention === undefined ? plain : scaledSource(),
        feeds: { ...feedsOf(rows, layout), ...(attention && factorFeeds(attention, factorName)) },
        outputs: [...new Set([chosen, last])],
        activationBytes: rows.length * layout.positions * layout.width * LIVE_MAPS * 4,
        work: `The text encoder for ${rows.length} chunks`,
        signal,
      });
      const context = isWeighted ? applyWeights(states[chosen] as Tensor, chunks) : (states[chosen] as Tensor);
      return {
        context: { data: context.data, dims: [1, chunks.length * layout.positions, layout.width] },
        pooled: pooledState(states[last] as Tensor, chunks[0] ?? emptyChunk, chunkLayout.end),
      };
    },
  };
}

function layersAfterSkip(layerCount: number, stopAtLayer: number): number {
  const layers = layerCount + stopAtLayer + 1;
  return stopAtLayer < 0 && layers >= 1 ? layers : layerCount;
}

/** Vectors stand where their token would: the token table's row is switched off there. */
function feedsOf(rows: readonly Chunk[], { positions, width }: ClipLayout): Feeds {
  const tokens = new Int32Array(rows.length * positions);
  const kept = new Float32Array(tokens.length).fill(1);
  const injected = new Float32Array(tokens.length * width);
  for (const [row, chunk] of rows.entries()) {
    for (const [column, token] of chunk.entries()) {
      const place = row * positions + column;
      if ('id' in token) tokens[place] = token.id;
      else {
        kept[place] = 0;
        injected.set(token.vector, place * width);
      }
    }
  }
  return {
    tokens: { data: tokens, dims: [rows.length, positions] },
    kept: { data: kept, dims: [rows.length, positions, 1] },
    injected: { data: injected, dims: [rows.length, positions, width] },
  };
}

/** Moves each token's state away from, or towards, its state in the empty prompt, which is the last row of `states`. */
function applyWeights({ data, dims }: Tensor, chunks: readonly Chunk[]): Tensor {
  const [, positions = 0, width = 0] = dims;
  const rowLength = positions * width;
  const empty = data.subarray(chunks.length * rowLength);
  const weighted = data.slice(0, chunks.length * rowLength);
  for (const [row, chunk] of chunks.entries()) {
    for (const [column, { weight }] of chunk.entries()) {
      if (weight === 1) continue;
      const start = row * rowLength + column * width;
      for (let index = 0; index < width; index++) {
        const origin = empty[column * width + index]!;
        weighted[start + index] = (weighted[start + index]! - origin) * weight + origin;
      }
    }
  }
  return { data: weighted, dims: [chunks.length, positions, width] };
}

function pooledState({ data, dims }: Tensor, firstChunk: Chunk, endToken: number): Tensor {
  const width = dims[2] ?? 0;
  const end = firstChunk.findIndex(token => 'id' in token && token.id === endToken);
  return { data: data.slice(end * width, (end + 1) * width), dims: [1, width] };
}

// The text encoder of CLIP (Radford et al. 2021, arXiv:2103.00020) as a graph. Every layer's state is an output, after the final
// norm, so one session serves every clip skip. Rows of the token table can be replaced by learned vectors.
import { createGraph } from '../../onnx/create-graph.ts';
import {
  floatConstant,
  type Graph,
  type GraphInput,
  type GraphOutput,
  graphInput,
  type NodeResult,
  type Value,
} from '../../onnx/graph.ts';
import { Add, Cast, Mul, QuickGelu } from '../../onnx/operators/elementwise.ts';
import { Gather } from '../../onnx/operators/movement.ts';
import { type ProjectionFactors, projections } from '../attention-projections.ts';
import { attention, layerNorm, linear } from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import type { ClipLayout } from './clip-layout.ts';

const QUICK_GELU_ALPHA = 1.702;
/** Added to the score of a later token: the most negative float32, as infinity minus infinity would be NaN. */
const MASKED = -3.4028234663852886e38;

/** Name of the input that holds a factor of the attentions. */
export function factorName(projection: keyof ProjectionFactors): string {
  return `attention.${projection}`;
}

/** Name of the output that holds the state after so many layers. */
export function hiddenStateName(layers: number): string {
  return `hidden.${layers}`;
}

export interface ClipGraphOptions {
  /** Four more inputs of [1] multiply the projections of all attentions. */
  readonly hasScaledAttention?: boolean;
}

type Scales = Readonly<Record<keyof ProjectionFactors, GraphInput>>;

/**
 * Inputs `tokens` (int32) [chunks, positions]; `kept` [chunks, positions, 1], 1 where the token's own embedding is used and 0
 * where `injected` [chunks, positions, width] has a vector. Outputs `hidden.1` ... `hidden.N` [chunks, positions, width].
 */
export function buildClipGraph(
  weights: WeightScope,
  layout: ClipLayout,
  { hasScaledAttention = false }: ClipGraphOptions = {},
): Graph {
  const { width, layerCount, heads, positions } = layout;
  const tokens = graphInput('tokens', 'int32', ['chunks', positions]);
  const kept = graphInput('kept', 'float32', ['chunks', positions, 1]);
  const injected = graphInput('injected', 'float32', ['chunks', positions, width]);

  const factors = hasScaledAttention
    ? projections.map(projection => [projection, graphInput(factorName(projection), 'float32', [1])] as const)
    : [];
  const scales = hasScaledAttention ? (Object.fromEntries(factors) as Scales) : undefined;

  const embedded = Add(Mul(embedTokens(weights, tokens), kept), injected);
  let h: Value = Add(embedded, weights.load('embeddings.position_embedding.weight', { dims: [1, positions, width] }));
  const mask = floatConstant(causalMask(positions), [1, 1, positions, positions]);
  const outputs: GraphOutput[] = [];
  for (let layer = 0; layer < layerCount; layer++) {
    h = encoderLayer(weights.scope(`encoder.layers.${layer}`), h, { mask, heads, scales });
    outputs.push({
      name: hiddenStateName(layer + 1),
      value: layerNorm(weights.scope('final_layer_norm'), h),
      elementType: 'float32',
      dims: ['chunks', positions, width],
    });
  }
  const inputs = [tokens, kept, injected, ...factors.map(([, input]) => input)];
  return createGraph({ name: 'clip', inputs, outputs });
}

/** Only the rows that are used become float32; where weights are folded the whole table does (not every GPU gathers halves). */
function embedTokens(weights: WeightScope, tokens: Value): Value {
  const name = 'embeddings.token_embedding.weight';
  if (weights.style.weights === 'folded') return Gather(weights.load(name), tokens);
  const table = weights.loadStored(name);
  const rows = Gather(table, tokens);
  return table.elementType === 'float32' ? rows : Cast(rows, 'float32');
}

interface AttentionOptions {
  readonly mask: Value;
  readonly heads: number;
  readonly scales: Scales | undefined;
}

function encoderLayer(weights: WeightScope, x: Value, { mask, heads, scales }: AttentionOptions): Value {
  const scaled = (projection: keyof ProjectionFactors, value: NodeResult): NodeResult =>
    scales === undefined ? value : Mul(value, scales[projection]);
  const self = weights.scope('self_attn');
  const normed = layerNorm(weights.scope('layer_norm1'), x);
  const query = scaled('query', linear(self.scope('q_proj'), normed));
  const key = scaled('key', linear(self.scope('k_proj'), normed));
  const value = scaled('value', linear(self.scope('v_proj'), normed));
  const seen = attention(weights, { query, key, value, bias: mask }, heads);
  const attended = scaled('out', linear(self.scope('out_proj'), seen));
  const middle = Add(attended, x);
  const hidden = linear(weights.scope('mlp.fc1'), layerNorm(weights.scope('layer_norm2'), middle));
  return Add(linear(weights.scope('mlp.fc2'), QuickGelu(hidden, QUICK_GELU_ALPHA)), middle);
}

/** Row q forbids all columns after q. */
function causalMask(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, index) =>
    index % size > Math.floor(index / size) ? MASKED : 0,
  );
}

// The transformer of the UNet: every cell of the map is a token that attends to all cells and to the text context.
// Its ends are 1x1 convolutions (SD 1.x) or linear layers (SD 2.x): the same product over tokens.
import { floatConstant, type NodeResult, type Value } from '../../onnx/graph.ts';
import { Add, BiasGelu, Cast, Mul } from '../../onnx/operators/elementwise.ts';
import { FusedMatMul } from '../../onnx/operators/linalg.ts';
import { Reshape, Shape, Transpose } from '../../onnx/operators/movement.ts';
import { ReduceMean, Softmax } from '../../onnx/operators/reduction.ts';
import type { ProjectionFactors } from '../attention-projections.ts';
import { attention, groupNorm, layerNorm, linear, linearWithoutBias, mapToTokens, tokensToMap } from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import type { HeadRule } from './unet-layout.ts';
import type { AttentionKind } from './unet-variant.ts';

/** How the attentions of a variant differ. */
export interface AttentionEdits {
  /** Factors of the projections, [1] each. */
  readonly scales: Readonly<Partial<Record<AttentionKind, Readonly<Record<keyof ProjectionFactors, Value>>>>>;
  /** Every token of the self attention sees itself alone. */
  readonly isIdentity: boolean;
}

export interface TransformerInputs {
  /** Text, [batch, tokens, width]. */
  readonly context: Value;
  readonly headRule: HeadRule;
  readonly edits: AttentionEdits;
}

export function spatialTransformer(weights: WeightScope, x: Value, inputs: TransformerInputs): NodeResult {
  const heads = headsOf(weights, inputs.headRule);
  let tokens = tokensOf(weights, x);
  for (let index = 0; weights.has(`transformer_blocks.${index}.norm1.weight`); index++) {
    tokens = transformerBlock(weights.scope(`transformer_blocks.${index}`), tokens, heads, inputs);
  }
  return Add(tokensToMap(linear(weights.scope('proj_out'), tokens), x), x);
}

/**
 * How much attention every cell gets in the first self attention of a transformer, [batch, 1, cells] with a mean of 1: the sum over
 * the cells that look, the mean over the heads.
 */
export function attentionMap(weights: WeightScope, x: Value, headRule: HeadRule): NodeResult {
  const heads = headsOf(weights, headRule);
  const block = weights.scope('transformer_blocks.0');
  const normed = layerNorm(block.scope('norm1'), tokensOf(weights, x));
  const split = (projection: string) => {
    const tokens = linear(block.scope(`attn1.${projection}`), normed);
    return Transpose(Reshape(tokens, [0, 0, heads, -1]), [0, 2, 1, 3]); // [batch, heads, cells, width / heads]
  };
  const [width = 1] = block.dims('attn1.to_q.weight');
  const scores = FusedMatMul(split('to_q'), split('to_k'), { transposeB: true });
  const shares = Softmax(Mul(scores, floatConstant([1 / Math.sqrt(width / heads)])));
  const means = ReduceMean(shares, [1, 2]); // [batch, 1, 1, cells]
  return Mul(Reshape(means, [0, 0, -1]), Cast(Shape(normed, 1, 2), 'float32'));
}

function headsOf(weights: WeightScope, rule: HeadRule): number {
  const [channels = 0] = weights.dims('norm.weight');
  return 'heads' in rule ? rule.heads : Math.max(1, Math.floor(channels / rule.headChannels));
}

function tokensOf(weights: WeightScope, x: Value): NodeResult {
  return linear(weights.scope('proj_in'), mapToTokens(groupNorm(weights.scope('norm'), x, 1e-6)));
}

function transformerBlock(
  weights: WeightScope,
  x: Value,
  heads: number,
  { context, edits }: TransformerInputs,
): NodeResult {
  const normed = layerNorm(weights.scope('norm1'), x);
  const self = { heads, scales: edits.scales.self, isIdentity: edits.isIdentity };
  const afterSelf = Add(crossAttention(weights.scope('attn1'), normed, normed, self), x);
  const query = layerNorm(weights.scope('norm2'), afterSelf);
  const cross = { heads, scales: edits.scales.cross, isIdentity: false };
  const afterCross = Add(crossAttention(weights.scope('attn2'), query, context, cross), afterSelf);
  return Add(feedForward(weights.scope('ff.net'), layerNorm(weights.scope('norm3'), afterCross)), afterCross);
}

interface AttentionOptions {
  readonly heads: number;
  readonly scales: AttentionEdits['scales'][AttentionKind];
  readonly isIdentity: boolean;
}

function crossAttention(
  weights: WeightScope,
  x: Value,
  context: Value,
  { heads, scales, isIdentity }: AttentionOptions,
): NodeResult {
  const scaled = (value: NodeResult, projection: keyof ProjectionFactors): NodeResult =>
    scales === undefined ? value : Mul(value, scales[projection]);
  const value = scaled(linear(weights.scope('to_v'), context, { anchor: x }), 'value');
  const project = (seen: Value): NodeResult => scaled(linear(weights.scope('to_out.0'), seen), 'out');
  if (isIdentity) return project(value);
  // The context is ready from the start: anchored to x, the casts wait for their layer.
  const query = scaled(linear(weights.scope('to_q'), x), 'query');
  const key = scaled(linear(weights.scope('to_k'), context, { anchor: x }), 'key');
  return project(attention(weights, { query, key, value }, heads));
}

/**
 * GEGLU (Shazeer 2020, arXiv:2002.05202). The first half of the weight's rows makes the value, the second the gate: two
 * products over two ranges of the file are faster than one product that has to be split.
 */
function feedForward(weights: WeightScope, x: Value): NodeResult {
  const projection = weights.scope('0.proj');
  const count = (projection.dims('weight')[0] ?? 0) / 2;
  const value = linear(projection, x, { rows: { start: 0, count } });
  const gateRows = { start: count, count };
  const gate = BiasGelu(
    linearWithoutBias(projection, x, { rows: gateRows }),
    projection.load('bias', { rows: gateRows }),
  );
  return linear(weights.scope('2'), Mul(value, gate));
}

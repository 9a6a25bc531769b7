// The transformer of the UNet: every cell of the map is a token that attends to all cells and to the text context.
// Its ends are 1x1 convolutions (SD 1.x) or linear layers (SD 2.x): the same product over tokens.
import type { NodeResult, Value } from '../../onnx/graph.ts';
import { Add, BiasGelu, Mul } from '../../onnx/operators/elementwise.ts';
import { attention, groupNorm, layerNorm, linear, linearWithoutBias, mapToTokens, tokensToMap } from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import type { HeadRule } from './unet-layout.ts';

/** @param context text, [batch, tokens, width]. */
export function spatialTransformer(weights: WeightScope, x: Value, context: Value, rule: HeadRule): NodeResult {
  const [channels = 0] = weights.dims('norm.weight');
  const heads = 'heads' in rule ? rule.heads : Math.max(1, Math.floor(channels / rule.headChannels));
  let tokens = linear(weights.scope('proj_in'), mapToTokens(groupNorm(weights.scope('norm'), x, 1e-6)));
  for (let index = 0; weights.has(`transformer_blocks.${index}.norm1.weight`); index++) {
    tokens = transformerBlock(weights.scope(`transformer_blocks.${index}`), tokens, context, heads);
  }
  return Add(tokensToMap(linear(weights.scope('proj_out'), tokens), x), x);
}

function transformerBlock(weights: WeightScope, x: Value, context: Value, heads: number): NodeResult {
  const normed = layerNorm(weights.scope('norm1'), x);
  const afterSelf = Add(crossAttention(weights.scope('attn1'), normed, normed, heads), x);
  const query = layerNorm(weights.scope('norm2'), afterSelf);
  const afterCross = Add(crossAttention(weights.scope('attn2'), query, context, heads), afterSelf);
  return Add(feedForward(weights.scope('ff.net'), layerNorm(weights.scope('norm3'), afterCross)), afterCross);
}

function crossAttention(weights: WeightScope, x: Value, context: Value, heads: number): NodeResult {
  // The context is ready from the start: anchored to x, the casts wait for their layer.
  const query = linear(weights.scope('to_q'), x);
  const key = linear(weights.scope('to_k'), context, { anchor: x });
  const value = linear(weights.scope('to_v'), context, { anchor: x });
  return linear(weights.scope('to_out.0'), attention(weights, { query, key, value }, heads));
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

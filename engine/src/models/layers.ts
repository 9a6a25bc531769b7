// The building blocks that all models share, in the form that runs fastest on the device at hand. Each takes the scope that
// holds its weights and the values that flow into it; what is computed is the usual definition of the layer.
import { floatConstant, type NodeResult, type Value } from '../onnx/graph.ts';
import { Attention, type AttentionInputs, MultiHeadAttention } from '../onnx/operators/attention.ts';
import { Conv, type ConvOptions } from '../onnx/operators/convolution.ts';
import { Add, Mul, QuickGelu } from '../onnx/operators/elementwise.ts';
import { FusedMatMul } from '../onnx/operators/linalg.ts';
import { Concat, Reshape, Resize, Shape, Transpose } from '../onnx/operators/movement.ts';
import { GroupNormalization, InstanceNormalization, LayerNormalization } from '../onnx/operators/normalization.ts';
import type { WeightScope } from './weights.ts';

/** All models of this lineage normalise in 32 groups. */
const GROUPS = 32;
const UNIT_SCALE = floatConstant(new Float32Array(GROUPS).fill(1));
const ZERO_BIAS = floatConstant(new Float32Array(GROUPS));

export interface LinearOptions {
  /** What a streamed weight waits for; default the input. Give it when the input is ready long before the layer is needed. */
  readonly anchor?: Value;
  /** Rows of the weight to use; default all. */
  readonly rows?: { readonly start: number; readonly count: number };
}

/** x [..., in] times the transposed weight [out, in] (or [out, in, 1, 1]), plus the bias if there is one. */
export function linear(weights: WeightScope, x: Value, { anchor = x, rows }: LinearOptions = {}): NodeResult {
  const product = linearWithoutBias(weights, x, { anchor, ...(rows && { rows }) });
  return weights.has('bias') ? Add(product, weights.load('bias', rows ? { rows } : {})) : product;
}

/** The product alone, for operators that add the bias themselves. */
export function linearWithoutBias(
  weights: WeightScope,
  x: Value,
  { anchor = x, rows }: LinearOptions = {},
): NodeResult {
  const [out = 0, inner = 0] = weights.dims('weight');
  const weight = weights.load('weight', { anchor, dims: [rows?.count ?? out, inner], ...(rows && { rows }) });
  return FusedMatMul(x, weight, { transposeB: true });
}

/** Convolution with the weight's own kernel size; `outputs` keeps only the first so many output channels. */
export function convolution(
  weights: WeightScope,
  x: Value,
  { outputs, ...options }: ConvOptions & { readonly outputs?: number } = {},
): NodeResult {
  const rows = outputs === undefined ? {} : { rows: { start: 0, count: outputs } };
  const bias = weights.has('bias') ? weights.load('bias', rows) : undefined;
  return Conv(x, weights.load('weight', { anchor: x, ...rows }), bias, options);
}

/** Convolution that keeps height and width (odd kernel, stride 1). */
export function sameConvolution(weights: WeightScope, x: Value): NodeResult {
  const [, , height = 1, width = 1] = weights.dims('weight');
  const [top, left] = [(height - 1) / 2, (width - 1) / 2];
  return convolution(weights, x, { pads: [top, left, top, left] });
}

/** Group normalisation of a map [batch, channels, height, width] with a weight and a bias per channel. */
export function groupNorm(weights: WeightScope, x: Value, epsilon: number): NodeResult {
  const [channels = 0] = weights.dims('weight');
  if (weights.style.usesStandardOperators) {
    return GroupNormalization(x, weights.load('weight'), weights.load('bias'), { groups: GROUPS, epsilon });
  }
  // On the CPU the standard operator is expanded into many nodes; an instance is a group here.
  const groups = Reshape(x, [0, GROUPS, -1]);
  const normed = Reshape(InstanceNormalization(groups, UNIT_SCALE, ZERO_BIAS, epsilon), Shape(x));
  const dims = [channels, 1, 1];
  return Add(Mul(normed, weights.load('weight', { dims })), weights.load('bias', { dims }));
}

export function layerNorm(weights: WeightScope, x: Value, epsilon = 1e-5): NodeResult {
  return LayerNormalization(x, weights.load('weight'), weights.load('bias'), epsilon);
}

export function silu(x: Value): NodeResult {
  return QuickGelu(x, 1);
}

/** Softmax attention over projected tokens [batch, tokens, width]. */
export function attention(weights: WeightScope, inputs: AttentionInputs, heads: number): NodeResult {
  return weights.style.usesStandardOperators ? Attention(inputs, heads) : MultiHeadAttention(inputs, heads);
}

/** [batch, channels, height, width] to [batch, height * width, channels]. */
export function mapToTokens(x: Value): NodeResult {
  return Transpose(Reshape(x, [0, 0, -1]), [0, 2, 1]);
}

/** Back to the shape of `map`, which has the same batch and channels. */
export function tokensToMap(tokens: Value, map: Value): NodeResult {
  return Reshape(Transpose(tokens, [0, 2, 1]), Shape(map));
}

/** Nearest neighbour to the height and width given by `size` (two int64 values). */
export function resizeNearest(x: Value, size: Value): NodeResult {
  return Resize(x, Concat([Shape(x, 0, 2), size], 0));
}

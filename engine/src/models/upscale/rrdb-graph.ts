// RRDBNet as a graph: convolutions in dense blocks, each block and each group of three added to its input at a fifth of its
// strength, then nearest-neighbour doublings. Wang et al., "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks"
// (2018), section 3.1. Facts: xinntao/Real-ESRGAN (BSD-3), leejet/stable-diffusion.cpp (MIT).
import { createGraph } from '../../onnx/create-graph.ts';
import { floatConstant, type Graph, graphInput, int64Constant, type NodeResult, type Value } from '../../onnx/graph.ts';
import { LeakyRelu } from '../../onnx/operators/activation.ts';
import { Add, Mul } from '../../onnx/operators/elementwise.ts';
import { Concat, Shape } from '../../onnx/operators/movement.ts';
import { resizeNearest, sameConvolution } from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import { COLOURS, type RrdbLayout } from './rrdb-layout.ts';

const SLOPE = 0.2;
const RESIDUAL_STRENGTH = floatConstant([0.2]);
const DENSE_BLOCKS = 3;
const GROWING_CONVOLUTIONS = 4;

/**
 * Input `image` [batch, 3 * unshuffle^2, h, w] in 0..1, pixel blocks as channels; output `upscaled` [batch, 3, h * 2^doublings,
 * w * 2^doublings], about 0..1.
 */
export function buildRrdbGraph(weights: WeightScope, { blocks, doublings, unshuffle }: RrdbLayout): Graph {
  const image = graphInput('image', 'float32', ['batch', COLOURS * unshuffle ** 2, 'height', 'width']);
  const first = sameConvolution(weights.scope('conv_first'), image);
  let h: NodeResult = first;
  for (let block = 0; block < blocks; block++) h = residualBlock(weights.scope(`body.${block}`), h);
  h = Add(first, sameConvolution(weights.scope('conv_body'), h));
  for (let number = 1; number <= doublings; number++) h = activated(weights.scope(`conv_up${number}`), doubled(h));
  h = sameConvolution(weights.scope('conv_last'), activated(weights.scope('conv_hr'), h));
  const dims = ['batch', COLOURS, 'scaledHeight', 'scaledWidth'];
  return createGraph({
    name: 'upscale-rrdb',
    inputs: [image],
    outputs: [{ name: 'upscaled', value: h, elementType: 'float32', dims }],
  });
}

function residualBlock(weights: WeightScope, x: NodeResult): NodeResult {
  let h = x;
  for (let dense = 1; dense <= DENSE_BLOCKS; dense++) h = denseBlock(weights.scope(`rdb${dense}`), h);
  return Add(Mul(h, RESIDUAL_STRENGTH), x);
}

/** Each convolution sees the input and all results before it. */
function denseBlock(weights: WeightScope, x: NodeResult): NodeResult {
  const seen: Value[] = [x];
  for (let number = 1; number <= GROWING_CONVOLUTIONS; number++) {
    seen.push(activated(weights.scope(`conv${number}`), joined(seen)));
  }
  const last = sameConvolution(weights.scope(`conv${GROWING_CONVOLUTIONS + 1}`), joined(seen));
  return Add(Mul(last, RESIDUAL_STRENGTH), x);
}

function joined(values: readonly Value[]): Value {
  const [only] = values;
  return values.length === 1 && only ? only : Concat(values, 1);
}

function activated(weights: WeightScope, x: Value): NodeResult {
  return LeakyRelu(sameConvolution(weights, x), SLOPE);
}

function doubled(x: Value): NodeResult {
  return resizeNearest(x, Mul(Shape(x, 2, 4), int64Constant([2, 2])));
}

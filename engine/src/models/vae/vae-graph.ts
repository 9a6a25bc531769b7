// Encoder and decoder of AutoencoderKL (Esser et al. 2021, arXiv:2012.09841; Rombach et al. 2022) as graphs. All norms have
// eps 1e-6; the encoder's downsampling pads at the bottom and right only. Facts: huggingface/diffusers (Apache-2.0).
import { createGraph } from '../../onnx/create-graph.ts';
import { type Graph, graphInput, int64Constant, type NodeResult, type Value } from '../../onnx/graph.ts';
import { Add, Mul } from '../../onnx/operators/elementwise.ts';
import { Shape } from '../../onnx/operators/movement.ts';
import {
  attention,
  convolution,
  groupNorm,
  linear,
  mapToTokens,
  resizeNearest,
  sameConvolution,
  silu,
  tokensToMap,
} from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import type { VaeLayout } from './vae-layout.ts';

const EPSILON = 1e-6;

/** Input `latent` [batch, channels, h, w]; output `image` [batch, 3, h * downscale, w * downscale], about -1..1. */
export function buildDecoderGraph(weights: WeightScope, layout: VaeLayout): Graph {
  const latent = graphInput('latent', 'float32', ['batch', layout.latentChannels, 'height', 'width']);
  const decoder = weights.scope('decoder');
  let h: Value = weights.has('post_quant_conv.weight')
    ? sameConvolution(weights.scope('post_quant_conv'), latent)
    : latent;
  h = middle(decoder.scope('mid'), sameConvolution(decoder.scope('conv_in'), h));
  for (const [index, level] of [...layout.decoderLevels.entries()].reverse()) {
    const scope = decoder.scope(`up.${index}`);
    for (const block of level.blockChannels.keys()) h = residualBlock(scope.scope(`block.${block}`), h);
    if (level.isResampled) h = sameConvolution(scope.scope('upsample.conv'), doubled(h));
  }
  const image = sameConvolution(decoder.scope('conv_out'), silu(groupNorm(decoder.scope('norm_out'), h, EPSILON)));
  const dims = ['batch', layout.imageChannels, 'imageHeight', 'imageWidth'];
  const outputs = [{ name: 'image', value: image, elementType: 'float32', dims } as const];
  return createGraph({ name: 'vae-decoder', inputs: [latent], outputs });
}

/**
 * Input `image` [batch, 3, height, width] in -1..1, sides multiples of the downscale; output `latent`: the mean of the
 * posterior. The log variances are the second half of the last layer's channels and are not computed.
 */
export function buildEncoderGraph(weights: WeightScope, layout: VaeLayout): Graph {
  const image = graphInput('image', 'float32', ['batch', layout.imageChannels, 'imageHeight', 'imageWidth']);
  const encoder = weights.scope('encoder');
  let h: Value = sameConvolution(encoder.scope('conv_in'), image);
  for (const [index, level] of layout.encoderLevels.entries()) {
    const scope = encoder.scope(`down.${index}`);
    for (const block of level.blockChannels.keys()) h = residualBlock(scope.scope(`block.${block}`), h);
    if (level.isResampled) {
      h = convolution(scope.scope('downsample.conv'), h, { strides: [2, 2], pads: [0, 0, 1, 1] });
    }
  }
  h = silu(groupNorm(encoder.scope('norm_out'), middle(encoder.scope('mid'), h), EPSILON));
  const means = { outputs: layout.latentChannels };
  const padded = { pads: [1, 1, 1, 1] } as const;
  const latent = weights.has('quant_conv.weight')
    ? convolution(weights.scope('quant_conv'), convolution(encoder.scope('conv_out'), h, padded), means)
    : convolution(encoder.scope('conv_out'), h, { ...padded, ...means });
  const dims = ['batch', layout.latentChannels, 'height', 'width'];
  const outputs = [{ name: 'latent', value: latent, elementType: 'float32', dims } as const];
  return createGraph({ name: 'vae-encoder', inputs: [image], outputs });
}

function residualBlock(weights: WeightScope, x: Value): NodeResult {
  const first = sameConvolution(weights.scope('conv1'), silu(groupNorm(weights.scope('norm1'), x, EPSILON)));
  const second = sameConvolution(weights.scope('conv2'), silu(groupNorm(weights.scope('norm2'), first, EPSILON)));
  const skip = weights.has('nin_shortcut.weight') ? sameConvolution(weights.scope('nin_shortcut'), x) : x;
  return Add(skip, second);
}

function middle(weights: WeightScope, x: Value): NodeResult {
  const attended = selfAttention(weights.scope('attn_1'), residualBlock(weights.scope('block_1'), x));
  return residualBlock(weights.scope('block_2'), attended);
}

/** One head over all cells; its 1x1 convolutions are products over tokens. */
function selfAttention(weights: WeightScope, x: Value): NodeResult {
  const tokens = mapToTokens(groupNorm(weights.scope('norm'), x, EPSILON));
  const [query, key, value] = ['q', 'k', 'v'].map(name => linear(weights.scope(name), tokens)) as [Value, Value, Value];
  const attended = attention(weights, { query, key, value }, 1);
  return Add(tokensToMap(linear(weights.scope('proj_out'), attended), x), x);
}

function doubled(x: Value): NodeResult {
  return resizeNearest(x, Mul(Shape(x, 2, 4), int64Constant([2, 2])));
}

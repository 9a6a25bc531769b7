// The UNet of latent diffusion (Rombach et al. 2022, arXiv:2112.10752) as a graph: time embedding, a way down whose maps are kept,
// a middle block, and a way up that joins the kept maps. Facts about eps and order: huggingface/diffusers (Apache-2.0).
import { createGraph } from '../../onnx/create-graph.ts';
import { type Graph, graphInput, type NodeResult, type Value } from '../../onnx/graph.ts';
import { Concat, Shape } from '../../onnx/operators/movement.ts';
import { convolution, groupNorm, linear, resizeNearest, sameConvolution, silu } from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import { residualBlock } from './residual-block.ts';
import { spatialTransformer } from './spatial-transformer.ts';
import { timestepEmbedding } from './timestep-embedding.ts';
import type { HeadRule, UnetBlock, UnetLayout } from './unet-layout.ts';

/** Values that every block may need. */
interface BlockInputs {
  /** SiLU of the time embedding, [batch, 4 * model channels]: the same for all blocks. */
  readonly time: Value;
  readonly context: Value;
  readonly headRule: HeadRule;
}

/**
 * Inputs `x` [batch, channels, height, width], `timesteps` [batch], `context` [batch, tokens, width]; output `out`.
 * Batch, height, width and tokens are free.
 */
export function buildUnetGraph(weights: WeightScope, layout: UnetLayout, headRule: HeadRule): Graph {
  const x = graphInput('x', 'float32', ['batch', layout.inChannels, 'height', 'width']);
  const timesteps = graphInput('timesteps', 'float32', ['batch']);
  const context = graphInput('context', 'float32', ['batch', 'tokens', layout.contextWidth]);
  const time = timeEmbedding(weights, timesteps, layout.modelChannels);
  const inputs: BlockInputs = { time, context, headRule };

  const skips: Value[] = [];
  let h: Value = x;
  for (const block of layout.inputBlocks) {
    h = buildBlock(weights, block, h, inputs);
    skips.push(h);
  }
  h = buildBlock(weights, layout.middleBlock, h, inputs);
  for (const block of layout.outputBlocks) {
    const skip = skips.pop();
    if (skip) h = Concat([h, skip], 1);
    h = buildBlock(weights, block, h, inputs, skips.at(-1));
  }
  const out = sameConvolution(weights.scope('out.2'), silu(groupNorm(weights.scope('out.0'), h, 1e-5)));
  return createGraph({
    name: 'unet',
    inputs: [x, timesteps, context],
    outputs: [
      {
        name: 'out',
        value: out,
        elementType: 'float32',
        dims: ['batch', layout.outChannels, 'height', 'width'],
      },
    ],
  });
}

function timeEmbedding(weights: WeightScope, timesteps: Value, channels: number): NodeResult {
  const hidden = silu(linear(weights.scope('time_embed.0'), timestepEmbedding(timesteps, channels)));
  return silu(linear(weights.scope('time_embed.2'), hidden));
}

/** @param nextSkip the kept map that follows: an upsampling goes to its size, which need not be exactly double. */
function buildBlock(weights: WeightScope, block: UnetBlock, x: Value, inputs: BlockInputs, nextSkip?: Value): Value {
  let h = x;
  for (const { kind, scope } of block) {
    const inner = weights.scope(scope);
    switch (kind) {
      case 'convolution':
        h = sameConvolution(inner, h);
        break;
      case 'residual':
        h = residualBlock(inner, h, inputs.time);
        break;
      case 'transformer':
        h = spatialTransformer(inner, h, inputs.context, inputs.headRule);
        break;
      case 'downsample':
        h = convolution(inner.scope('op'), h, { strides: [2, 2], pads: [1, 1, 1, 1] });
        break;
      case 'upsample':
        h = sameConvolution(inner.scope('conv'), resizeNearest(h, Shape(nextSkip ?? h, 2, 4)));
        break;
    }
  }
  return h;
}

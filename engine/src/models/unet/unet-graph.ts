// The UNet of latent diffusion (Rombach et al. 2022, arXiv:2112.10752) as a graph: time embedding, a way down whose maps are kept,
// a middle block, and a way up that joins the kept maps. Facts about eps and order: huggingface/diffusers (Apache-2.0).
import { createGraph } from '../../onnx/create-graph.ts';
import { type Graph, type GraphInput, graphInput, type NodeResult, type Value } from '../../onnx/graph.ts';
import { Concat, Shape } from '../../onnx/operators/movement.ts';
import { convolution, groupNorm, linear, resizeNearest, sameConvolution, silu } from '../layers.ts';
import type { WeightScope } from '../weights.ts';
import { residualBlock } from './residual-block.ts';
import { attentionMap, spatialTransformer, type TransformerInputs } from './spatial-transformer.ts';
import { timestepEmbedding } from './timestep-embedding.ts';
import type { HeadRule, UnetBlock, UnetLayout } from './unet-layout.ts';
import type { UnetVariant } from './unet-variant.ts';
import { type VariantGraph, variantGraph, type WayPoint } from './variant-graph.ts';

/** Values that every block may need. */
interface BlockInputs extends TransformerInputs {
  /** SiLU of the time embedding, [batch, 4 * model channels]: the same for all blocks. */
  readonly time: Value;
}

/** What a graph of the UNet is built from. */
export interface UnetParts {
  readonly weights: WeightScope;
  readonly layout: UnetLayout;
  readonly headRule: HeadRule;
  readonly variant: UnetVariant;
}

/**
 * Inputs `x` [batch, channels, height, width], `timesteps` [batch], `context` [batch, tokens, width], and those of the variant;
 * output `out`. Batch, height, width and tokens are free.
 */
export function buildUnetGraph(parts: UnetParts): Graph {
  const { weights, layout, variant } = parts;
  const { inputs, edits, graphInputs } = startGraph(parts);
  const { end, skips } = wayDown(parts, inputs, edits);
  const middle = { ...inputs, edits: { ...inputs.edits, isIdentity: variant.hasIdentityAttention } };
  let h: WayPoint = { ...end, value: buildBlock(weights, layout.middleBlock, end.value, middle) };
  for (const [number, block] of layout.outputBlocks.entries()) {
    const skip = skips.pop() ?? h; // the layout has as many input blocks
    const maps = edits.beforeJoin(number, h, skip);
    const next = skips.at(-1);
    const value = buildBlock(weights, block, Concat([maps.backbone, maps.skip], 1), inputs, next?.value);
    const isUpsampled = block.some(({ kind }) => kind === 'upsample');
    h = { value, shrunk: isUpsampled && next ? next.shrunk : skip.shrunk };
  }
  const out = sameConvolution(weights.scope('out.2'), silu(groupNorm(weights.scope('out.0'), h.value, 1e-5)));
  const dims = ['batch', layout.outChannels, 'height', 'width'];
  return createGraph({
    name: 'unet',
    inputs: [...graphInputs, ...edits.inputs],
    outputs: [{ name: 'out', value: out, elementType: 'float32', dims }],
  });
}

/**
 * The way down alone, for what the middle block looks at: output `attention` [batch, 1, cells], inputs as above.
 * @returns undefined for a middle block without attention
 */
export function buildAttentionGraph(parts: UnetParts): Graph | undefined {
  const { weights, layout, headRule } = parts;
  const place = layout.middleBlock.findIndex(({ kind }) => kind === 'transformer');
  const transformer = layout.middleBlock[place];
  if (transformer === undefined) return undefined;
  const { inputs, edits, graphInputs } = startGraph(parts);
  const { end } = wayDown(parts, inputs, edits);
  const h = buildBlock(weights, layout.middleBlock.slice(0, place), end.value, inputs);
  const value = attentionMap(weights.scope(transformer.scope), h, headRule);
  return createGraph({
    name: 'unet attention',
    inputs: [...graphInputs, ...edits.inputs],
    outputs: [{ name: 'attention', value, elementType: 'float32', dims: ['batch', 1, 'cells'] }],
  });
}

interface StartedGraph {
  readonly inputs: BlockInputs & { readonly x: Value };
  readonly edits: VariantGraph;
  readonly graphInputs: readonly GraphInput[];
}

function startGraph({ weights, layout, headRule, variant }: UnetParts): StartedGraph {
  const x = graphInput('x', 'float32', ['batch', layout.inChannels, 'height', 'width']);
  const timesteps = graphInput('timesteps', 'float32', ['batch']);
  const context = graphInput('context', 'float32', ['batch', 'tokens', layout.contextWidth]);
  const time = timeEmbedding(weights, timesteps, layout.modelChannels);
  const edits = variantGraph(layout, variant);
  const inputs = { x, time, context, headRule, edits: { scales: edits.scales, isIdentity: false } };
  return { inputs, edits, graphInputs: [x, timesteps, context] };
}

/** The input blocks one after the other, and what each keeps for the way up. */
function wayDown({ weights, layout }: UnetParts, inputs: StartedGraph['inputs'], edits: VariantGraph) {
  const skips: WayPoint[] = [];
  let end: WayPoint = { value: inputs.x, shrunk: 0 };
  for (const [number, block] of layout.inputBlocks.entries()) {
    const value = buildBlock(weights, block, end.value, inputs);
    const { h, skip } = edits.afterInputBlock(number, { ...end, value });
    skips.push(skip);
    end = h;
  }
  return { end, skips };
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
        h = spatialTransformer(inner, h, inputs);
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

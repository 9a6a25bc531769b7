// Reads the architecture of an LDM UNet out of the keys and shapes of its weights: nothing is configured, so small models work
// like large ones. The result is plain data; `unet-graph.ts` builds the network from it and `unet-memory.ts` its needs.
import { EngineError } from '../../errors.ts';
import type { WeightScope } from '../weights.ts';

export interface UnetLayer {
  readonly kind: 'convolution' | 'residual' | 'transformer' | 'downsample' | 'upsample';
  /** Keys of the layer start with this. */
  readonly scope: string;
  readonly inChannels: number;
  readonly outChannels: number;
}

export type UnetBlock = readonly UnetLayer[];

export interface UnetLayout {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Width of the sinusoidal timestep embedding. */
  readonly modelChannels: number;
  /** Width of the text context; 0 when there is no cross attention. */
  readonly contextWidth: number;
  readonly inputBlocks: readonly UnetBlock[];
  readonly middleBlock: UnetBlock;
  /** As many as input blocks: each takes the map that the mirrored input block left. */
  readonly outputBlocks: readonly UnetBlock[];
}

/** The one thing that the weights do not tell: a fixed number of heads, or a fixed width of each. */
export type HeadRule = { readonly heads: number } | { readonly headChannels: number };

/** The key that gives a layer away, and where its output channels are found. */
const LAYER_MARKS = [
  ['residual', 'in_layers.0.weight', 'out_layers.3.weight'],
  ['transformer', 'norm.weight', 'norm.weight'],
  ['downsample', 'op.weight', 'op.weight'],
  ['upsample', 'conv.weight', 'conv.weight'],
  ['convolution', 'weight', 'weight'],
] as const;

/** Where a layer reads its input channels: index 1 of a convolution's weight, index 0 of a norm's. */
const INPUT_MARKS: Readonly<Record<UnetLayer['kind'], readonly [string, 0 | 1]>> = {
  residual: ['in_layers.0.weight', 0],
  transformer: ['norm.weight', 0],
  downsample: ['op.weight', 1],
  upsample: ['conv.weight', 1],
  convolution: ['weight', 1],
};

/**
 * @param weights scope of the UNet (`model.diffusion_model`).
 * @throws EngineError TENSOR_MISSING, or MODEL_INCONSISTENT when the channels of neighbouring layers do not fit together.
 */
export function readUnetLayout(weights: WeightScope, path: string): UnetLayout {
  const inputBlocks = readBlocks(weights, 'input_blocks');
  const middleBlock = readBlock(weights, 'middle_block');
  const outputBlocks = readBlocks(weights, 'output_blocks');
  const layout: UnetLayout = {
    inChannels: weights.dims('input_blocks.0.0.weight')[1] ?? 0,
    outChannels: weights.dims('out.2.weight')[0] ?? 0,
    modelChannels: weights.dims('time_embed.0.weight')[1] ?? 0,
    contextWidth: readContextWidth(weights, [...inputBlocks, middleBlock, ...outputBlocks]),
    inputBlocks,
    middleBlock,
    outputBlocks,
  };
  requireFittingChannels(layout, path);
  return layout;
}

function readBlocks(weights: WeightScope, name: string): UnetBlock[] {
  const blocks: UnetBlock[] = [];
  for (;;) {
    const block = readBlock(weights, `${name}.${blocks.length}`);
    if (block.length === 0) return blocks;
    blocks.push(block);
  }
}

function readBlock(weights: WeightScope, name: string): UnetBlock {
  const layers: UnetLayer[] = [];
  for (;;) {
    const layer = readLayer(weights, `${name}.${layers.length}`);
    if (!layer) return layers;
    layers.push(layer);
  }
}

function readLayer(weights: WeightScope, scope: string): UnetLayer | undefined {
  const inner = weights.scope(scope);
  const mark = LAYER_MARKS.find(([, key]) => inner.has(key));
  if (!mark) return undefined;
  const [kind, , outputKey] = mark;
  const [inputKey, inputIndex] = INPUT_MARKS[kind];
  return {
    kind,
    scope,
    inChannels: inner.dims(inputKey)[inputIndex] ?? 0,
    outChannels: inner.dims(outputKey)[0] ?? 0,
  };
}

function readContextWidth(weights: WeightScope, blocks: readonly UnetBlock[]): number {
  const transformer = blocks.flat().find(layer => layer.kind === 'transformer');
  if (!transformer) return 0;
  return weights.scope(transformer.scope).dims('transformer_blocks.0.attn2.to_k.weight')[1] ?? 0;
}

/** Follows the channels through the network: a missing block shows here, and not as a wrong picture. */
function requireFittingChannels({ inputBlocks, middleBlock, outputBlocks }: UnetLayout, path: string): void {
  if (inputBlocks.length !== outputBlocks.length || inputBlocks.length === 0 || middleBlock.length === 0) {
    const reason = `it has ${inputBlocks.length} input and ${outputBlocks.length} output blocks`;
    throw new EngineError('MODEL_INCONSISTENT', { path, part: 'UNet', reason });
  }
  let channels = inputBlocks[0]?.[0]?.inChannels ?? 0;
  const skips: number[] = [];
  const follow = (block: UnetBlock): void => {
    for (const { scope, inChannels, outChannels } of block) {
      if (inChannels !== channels) {
        const reason = `"${scope}" takes ${inChannels} channels, but ${channels} arrive there`;
        throw new EngineError('MODEL_INCONSISTENT', { path, part: 'UNet', reason });
      }
      channels = outChannels;
    }
  };
  for (const block of inputBlocks) {
    follow(block);
    skips.push(channels);
  }
  follow(middleBlock);
  for (const block of outputBlocks) {
    channels += skips.pop() ?? 0;
    follow(block);
  }
}

// What a variant of the UNet is fed beside the usual inputs: strengths, and tables that are made for the size of its maps.
import { resizePlanes } from '../../media/resize-planes.ts';
import type { Feeds } from '../../runtime/backend.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { factorFeeds, type ProjectionFactors } from '../attention-projections.ts';
import { freeUFeeds, freeUStage } from './free-u.ts';
import type { UnetLayout } from './unet-layout.ts';
import type { MapResize, UnetSizes } from './unet-sizes.ts';
import type { AttentionKind, UnetVariant } from './unet-variant.ts';

/** Name of a factor of an attention projection. */
export const factorName = (kind: AttentionKind, projection: keyof ProjectionFactors): string =>
  `attention.${kind}.${projection}`;
/** Prefix of the inputs of a FreeU change at a join. */
export const freeUName = (change: number, outputBlock: number): string => `free-u.${change}.${outputBlock}`;

/** Channels that come up from below to each output block. */
export function backboneChannels({ middleBlock, outputBlocks }: UnetLayout): readonly number[] {
  return [middleBlock, ...outputBlocks.slice(0, -1)].map(block => block.at(-1)?.outChannels ?? 0);
}

export function variantFeeds(layout: UnetLayout, variant: UnetVariant, sizes: UnetSizes): Feeds {
  const feeds: Record<string, Feeds[string]> = {};
  for (const [kind, factors] of Object.entries(variant.attentionScales)) {
    Object.assign(
      feeds,
      factorFeeds(factors, projection => factorName(kind as AttentionKind, projection)),
    );
  }
  for (const [name, { from, to, method }] of sizes.resizes) {
    feeds[`${name}.rows`] = resizeMatrix(from.height, to.height, method);
    feeds[`${name}.columns`] = resizeMatrix(from.width, to.width, method);
  }
  backboneChannels(layout).forEach((channels, outputBlock) => {
    const stage = freeUStage(channels, layout.modelChannels);
    if (stage === undefined) return;
    variant.freeU.forEach((change, index) => {
      const size = sizes.joins[outputBlock]!;
      Object.assign(feeds, freeUFeeds(freeUName(index, outputBlock), change, { stage, channels, size }));
    });
  });
  return feeds;
}

/** [to, from]: what resizing makes of each single cell, one per column. */
function resizeMatrix(from: number, to: number, method: MapResize['method']): Tensor {
  if (method === 'bislerp') throw new Error('refused by unetVariant');
  const identity = new Float32Array(from * from);
  for (let cell = 0; cell < from; cell++) identity[cell * from + cell] = 1;
  return resizePlanes({ data: identity, dims: [from, from] }, { height: to, width: from, method });
}

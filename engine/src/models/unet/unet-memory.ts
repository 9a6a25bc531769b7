// Estimate of what one evaluation of the UNet allocates. The largest demand is found by walking the layers: the maps that wait
// for the way up, plus what the layer at hand holds at once. Factors were measured on a full-size model (docs/engine.md).
import type { Graph } from '../../onnx/graph.ts';
import { largestStreamedBytes } from '../session-profile.ts';
import type { UnetBlock, UnetLayer, UnetLayout } from './unet-layout.ts';

export interface UnetSize {
  readonly batch: number;
  /** Of the latent. */
  readonly height: number;
  readonly width: number;
  readonly tokens: number;
}

const FLOAT_BYTES = 4;
/** Maps of the layer's channels that a layer holds at the same time, its input included. */
const LIVE_MAPS: Readonly<Record<UnetLayer['kind'], number>> = {
  convolution: 2,
  residual: 4,
  transformer: 16, // GEGLU: value, gate and product are 4 wide each
  downsample: 2,
  upsample: 6, // the enlarged map has four times the cells
};
/** A streamed weight, and the next one that is cast while the first is not yet freed. */
const LIVE_WEIGHTS = 2;

export function estimateUnetBytes(graph: Graph, layout: UnetLayout, { batch, height, width }: UnetSize): number {
  const skips: number[] = [];
  let [rows, columns] = [height, width];
  let waiting = 0;
  let peak = 0;

  const walk = (block: UnetBlock): number => {
    let bytes = 0;
    for (const { kind, inChannels, outChannels } of block) {
      const cellBytes = batch * rows * columns * FLOAT_BYTES;
      peak = Math.max(peak, waiting + LIVE_MAPS[kind] * Math.max(inChannels, outChannels) * cellBytes);
      if (kind === 'downsample') [rows, columns] = [Math.ceil(rows / 2), Math.ceil(columns / 2)];
      if (kind === 'upsample') [rows, columns] = [rows * 2, columns * 2];
      bytes = batch * rows * columns * outChannels * FLOAT_BYTES;
    }
    return bytes;
  };

  for (const block of layout.inputBlocks) {
    const bytes = walk(block);
    skips.push(bytes);
    waiting += bytes;
  }
  walk(layout.middleBlock);
  for (const block of layout.outputBlocks) {
    waiting -= skips.pop() ?? 0;
    walk(block);
  }
  return peak + LIVE_WEIGHTS * largestStreamedBytes(graph);
}

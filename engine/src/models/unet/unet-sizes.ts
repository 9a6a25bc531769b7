// Sizes of the maps on their way through the UNet, for a latent of a given size: what the inputs of a variant that are made for a
// size (resizing, low frequencies) need to know.
import { roundHalfEven } from '../../tensor/round-half-even.ts';
import type { ResizeMethod } from '../network-change.ts';
import type { UnetLayer, UnetLayout } from './unet-layout.ts';
import type { UnetVariant } from './unet-variant.ts';

export interface MapSize {
  readonly height: number;
  readonly width: number;
}

export interface MapResize {
  readonly from: MapSize;
  readonly to: MapSize;
  readonly method: ResizeMethod;
}

export interface UnetSizes {
  /** Of the middle block's map. */
  readonly middle: MapSize;
  /** Of the maps that are joined before each output block. */
  readonly joins: readonly MapSize[];
  /** By the name that `downscaleName` and `upscaleName` give. */
  readonly resizes: ReadonlyMap<string, MapResize>;
}

/** Name of a change's resize. @param index of the change in the variant */
export const downscaleName = (index: number): string => `downscale.${index}`;
/** Name of the resize before an output block that undoes it. */
export const upscaleName = (outputBlock: number): string => `upscale.${outputBlock}`;

/** A map's size, and how often changes made it smaller that are not yet undone. */
interface SizePoint extends MapSize {
  readonly shrunk: number;
}

export function unetSizes(layout: UnetLayout, { downscales }: UnetVariant, size: MapSize): UnetSizes {
  const resizes = new Map<string, MapResize>();
  const skips: SizePoint[] = [];
  let current: SizePoint = { ...size, shrunk: 0 };
  for (const [number, block] of layout.inputBlocks.entries()) {
    const large = { ...current, ...block.reduce(sizeAfter, current) };
    const here = [...downscales.entries()].filter(([, change]) => change.block === number);
    current = here.reduce((from, [index, { factor, downscaleMethod: method }]) => {
      const to = { height: scaled(from.height, factor), width: scaled(from.width, factor), shrunk: from.shrunk + 1 };
      resizes.set(downscaleName(index), { from, to, method });
      return to;
    }, large);
    skips.push(here.some(([, { isAfterSkip }]) => isAfterSkip) ? large : current);
  }
  const middle = current;
  const joins: MapSize[] = [];
  for (const [number, block] of layout.outputBlocks.entries()) {
    const skip = skips.pop() ?? current;
    if (current.shrunk !== skip.shrunk) {
      resizes.set(upscaleName(number), { from: current, to: skip, method: downscales[0]?.upscaleMethod ?? 'bicubic' });
    }
    joins.push(skip);
    const hasUpsample = block.some(({ kind }) => kind === 'upsample');
    current = hasUpsample ? (skips.at(-1) ?? skip) : skip;
  }
  return { middle, joins, resizes };
}

function sizeAfter({ height, width }: MapSize, { kind }: UnetLayer): MapSize {
  return kind === 'downsample' ? { height: Math.ceil(height / 2), width: Math.ceil(width / 2) } : { height, width };
}

/** Halves go to the even neighbour; at least one cell is left. */
function scaled(length: number, factor: number): number {
  return Math.max(1, roundHalfEven(length * (1 / factor)));
}

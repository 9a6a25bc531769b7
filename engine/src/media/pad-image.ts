// Pictures on a larger canvas: a grey margin to be painted with its mask, or margins of one colour to fill a given size.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { imageShape } from './image-shape.ts';
import { type PixelWork, pixelPass } from './pixel-work.ts';
import { layPass } from './place-pixels.ts';
import { type ImageScaleMethod, scaleWork } from './scale-image.ts';

export interface OutpaintOptions {
  /** Margins in pixels. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Pixels by which the mask fades into the picture. Too much for the picture (half a side or more) is none. */
  readonly feathering: number;
}

const MARGIN_GREY = 0.5;

/** The enlarged pictures, and one mask for all of them, [1, height, width]. */
export function outpaintWork(
  image: Tensor,
  { left, top, right, bottom, feathering }: OutpaintOptions,
): PixelWork<readonly [image: Tensor, mask: Tensor]> {
  const { batch, width, height, channels } = imageShape(image);
  for (const margin of [left, top, right, bottom, feathering]) {
    if (Number.isInteger(margin) && margin >= 0) continue;
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'A margin',
      expected: 'a whole number of pixels',
      actual: margin,
    });
  }
  const [fullWidth, fullHeight] = [left + width + right, top + height + bottom];
  const dims = [batch, fullHeight, fullWidth, channels];
  const values = batch * fullHeight * fullWidth * channels;
  const depth = feathering * 2 < Math.min(width, height) ? feathering : 0;
  return {
    values,
    *steps(memory) {
      const canvas = { data: memory.floats(values).fill(MARGIN_GREY), dims };
      yield layPass(image, canvas, { x: left, y: top });
      const target = memory.floats(fullHeight * fullWidth);
      const size = { left, top, right, bottom, width, height };
      yield pixelPass('placeMask', { ...size, target, feathering: depth }, fullHeight);
      return [canvas, { data: target, dims: [1, fullHeight, fullWidth] }];
    },
  };
}

export interface FitOptions {
  readonly width: number;
  readonly height: number;
  readonly method: ImageScaleMethod;
  /** Level of the margins, 0 black to 1 white. */
  readonly margin: number;
}

/** Scales pictures so that they just fit, and fills what is left around them. */
export function fitWork(image: Tensor, { width, height, method, margin }: FitOptions): PixelWork<Tensor> {
  const { batch, channels, ...from } = imageShape(image);
  const scale = Math.min(width / from.width, height / from.height);
  // A hair is added where the division fell just short of the whole number.
  const inside = (side: number): number => Math.max(1, Math.floor(side * scale + 1e-9));
  const size = { width: inside(from.width), height: inside(from.height) };
  const scaling = scaleWork(image, { method, ...size });
  const values = batch * height * width * channels;
  return {
    values: Math.max(values, scaling.values),
    *steps(memory) {
      const scaled = yield* scaling.steps(memory);
      const canvas = { data: memory.floats(values).fill(margin), dims: [batch, height, width, channels] };
      const x = Math.floor((width - size.width) / 2);
      const y = Math.floor((height - size.height) / 2);
      yield layPass(scaled, canvas, { x, y });
      return canvas;
    },
  };
}

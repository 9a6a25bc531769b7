// Two pictures side by side or one above the other, with a stripe between them.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { imageShape } from './image-shape.ts';
import { type PixelMemory, type PixelSteps, type PixelWork, pixelPass } from './pixel-work.ts';
import { layPass } from './place-pixels.ts';
import { scaleWork } from './scale-image.ts';

/** Where the second picture goes. */
export const stitchDirections = ['right', 'down', 'left', 'up'] as const;
export type StitchDirection = (typeof stitchDirections)[number];

export const stripeColors = {
  white: [1, 1, 1],
  black: [0, 0, 0],
  red: [1, 0, 0],
  green: [0, 1, 0],
  blue: [0, 0, 1],
} as const;
export type StripeColor = keyof typeof stripeColors;

export interface StitchOptions {
  readonly direction: StitchDirection;
  /** Scales the second picture to the common side; else the smaller one is centred on white. */
  readonly matchSize: boolean;
  /** Pixels; odd widths are made even. */
  readonly spacing: number;
  readonly color: StripeColor;
}

/**
 * The shorter batch repeats its last picture; where only one of the pictures has an alpha channel, the other is opaque.
 * @throws EngineError INVALID_ARGUMENT for a direction or colour that there is not.
 */
export function stitchWork(first: Tensor, second: Tensor, options: StitchOptions): PixelWork<Tensor> {
  imageShape(first);
  imageShape(second);
  if (!stitchDirections.includes(options.direction) || stripeColors[options.color] === undefined) {
    const expected = `one of ${stitchDirections.join(', ')} with ${Object.keys(stripeColors).join(', ')}`;
    const actual = `${options.direction}, ${options.color}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The direction', expected, actual });
  }
  return { values: first.data.length + second.data.length, steps: memory => stitched(memory, first, second, options) };
}

function* stitched(
  memory: PixelMemory,
  first: Tensor,
  second: Tensor,
  { direction, matchSize, spacing, color }: StitchOptions,
): PixelSteps<Tensor> {
  const isAcross = direction === 'left' || direction === 'right';
  const fitted = matchSize ? yield* scaledToSide(memory, second, first, isAcross) : second;
  const [a, b] = yield* alike(memory, first, fitted);
  const parts = direction === 'right' || direction === 'down' ? [a, b] : [b, a];
  const [ahead, behind] = parts as [Tensor, Tensor];
  const [front, back] = [imageShape(ahead), imageShape(behind)];
  const gap = spacing + (spacing % 2);
  const height = isAcross ? Math.max(front.height, back.height) : front.height + gap + back.height;
  const width = isAcross ? front.width + gap + back.width : Math.max(front.width, back.width);
  const { batch, channels } = front;
  const canvas = {
    data: memory.floats(batch * height * width * channels).fill(1),
    dims: [batch, height, width, channels],
  };
  const middle = (whole: number, part: number): number => Math.floor((whole - part) / 2);
  const place = (part: typeof front, start: number) =>
    isAcross ? { x: start, y: middle(height, part.height) } : { x: middle(width, part.width), y: start };
  yield layPass(ahead, canvas, place(front, 0));
  const length = isAcross ? front.width : front.height;
  yield layPass(behind, canvas, place(back, length + gap));
  if (gap > 0) yield stripePass(memory, canvas, { isAcross, start: length, gap, color });
  return canvas;
}

interface Stripe {
  readonly isAcross: boolean;
  readonly start: number;
  readonly gap: number;
  readonly color: StripeColor;
}

/** Fills the whole gap, and lays it over what is there. */
function stripePass(memory: PixelMemory, canvas: Tensor, { isAcross, start, gap, color }: Stripe) {
  const [batch = 0, height = 0, width = 0, channels = 0] = canvas.dims;
  const dims = isAcross ? [batch, height, gap, channels] : [batch, gap, width, channels];
  const data = memory.floats(dims.reduce((product, dim) => product * dim));
  const levels = stripeColors[color];
  for (let i = 0; i < data.length; i++) data[i] = levels[i % channels] ?? 1;
  return layPass({ data, dims }, canvas, isAcross ? { x: start, y: 0 } : { x: 0, y: start });
}

/** Scaled (lanczos) so that the side that touches is as long as that of `like`. */
function* scaledToSide(memory: PixelMemory, image: Tensor, like: Tensor, isAcross: boolean): PixelSteps<Tensor> {
  const [from, to] = [imageShape(image), imageShape(like)];
  const size = isAcross
    ? { height: to.height, width: Math.max(1, Math.floor((from.width * to.height) / from.height)) }
    : { width: to.width, height: Math.max(1, Math.floor((from.height * to.width) / from.width)) };
  return yield* scaleWork(image, { method: 'lanczos', ...size }).steps(memory);
}

/** Both with as many pictures and channels as the larger of the two. */
function* alike(memory: PixelMemory, first: Tensor, second: Tensor): PixelSteps<readonly [Tensor, Tensor]> {
  const [a, b] = [imageShape(first), imageShape(second)];
  const batch = Math.max(a.batch, b.batch);
  const channels = Math.max(a.channels, b.channels);
  return [yield* extended(memory, first, batch, channels), yield* extended(memory, second, batch, channels)];
}

function* extended(memory: PixelMemory, image: Tensor, batch: number, channels: number): PixelSteps<Tensor> {
  const { height, width, ...from } = imageShape(image);
  if (from.batch === batch && from.channels === channels) return image;
  const data = memory.floats(batch * height * width * channels).fill(1);
  const size = height * width;
  for (let item = 0; item < batch; item++) {
    const taken = Math.min(item, from.batch - 1) * size * from.channels;
    const steps = (count: number) => ({ item: size * count, row: width * count, column: count });
    yield pixelPass(
      'copyPixels',
      {
        source: image.data.subarray(taken, taken + size * from.channels),
        target: data.subarray(item * size * channels, (item + 1) * size * channels),
        channels: from.channels,
        width,
        height,
        from: { origin: 0, ...steps(from.channels) },
        to: { origin: 0, ...steps(channels) },
      },
      height,
    );
  }
  return { data, dims: [batch, height, width, channels] };
}

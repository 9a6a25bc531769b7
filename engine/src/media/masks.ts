// Masks, [batch, height, width] with 1 for what is selected: made from pictures, cut, combined and softened. All of it is
// arithmetic on single values; growing is in `grow-mask.ts`.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';

/** Any mask as [batch, height, width]: leading axes are merged, a plain [height, width] is a batch of one. */
export function maskBatch({ data, dims }: Tensor): Tensor {
  const [height = 1, width = 1] = dims.slice(-2);
  return { data, dims: [elementCount(dims.slice(0, -2)), height, width] };
}

export const maskChannels = ['red', 'green', 'blue', 'alpha'] as const;
export type MaskChannel = (typeof maskChannels)[number];

/**
 * One channel of images [batch, height, width, channels].
 * @throws EngineError INVALID_ARGUMENT when the images do not have it.
 */
export function channelMask({ data, dims }: Tensor, channel: MaskChannel): Tensor {
  const channels = dims[3] ?? 0;
  const offset = maskChannels.indexOf(channel);
  if (offset >= channels) {
    const expected = `of an image that has it; this one has ${channels} channels`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The channel', expected, actual: channel });
  }
  return { data: picked(data, channels, offset), dims: dims.slice(0, 3) };
}

/** Where images have exactly the colour 0xRRGGBB, in 8-bit values. */
export function colorMask({ data, dims }: Tensor, color: number): Tensor {
  const channels = dims[3] ?? 1;
  const mask = new Float32Array(data.length / channels);
  const byte = (value: number): number => Math.round(Math.min(Math.max(value, 0), 1) * 255);
  for (let i = 0; i < mask.length; i++) {
    const [red, green, blue] = [data[i * channels]!, data[i * channels + 1]!, data[i * channels + 2]!];
    mask[i] = ((byte(red) << 16) | (byte(green) << 8) | byte(blue)) === color ? 1 : 0;
  }
  return { data: mask, dims: dims.slice(0, 3) };
}

/** Masks as grey pictures [batch, height, width, 3]. */
export function maskToImage(mask: Tensor): Tensor {
  const { data, dims } = maskBatch(mask);
  const image = new Float32Array(data.length * 3);
  for (let i = 0; i < data.length; i++) image.fill(data[i]!, i * 3, i * 3 + 3);
  return { data: image, dims: [...dims, 3] };
}

export function solidMask({ value, width, height }: { value: number; width: number; height: number }): Tensor {
  return { data: new Float32Array(width * height).fill(value), dims: [1, height, width] };
}

/** 1 where the mask is above the threshold, 0 elsewhere. */
export function thresholdMask({ data, dims }: Tensor, threshold: number): Tensor {
  const limit = Math.fround(threshold);
  return { data: data.map(value => (value > limit ? 1 : 0)), dims };
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a mask inside a rectangle, which may reach beyond its right and lower edge.
 * @throws EngineError INVALID_ARGUMENT when the rectangle begins outside.
 */
export function cropMask(mask: Tensor, rectangle: Rectangle): Tensor {
  const { data, dims } = maskBatch(mask);
  const [batch = 0, fromHeight = 0, fromWidth = 0] = dims;
  const { x, y } = rectangle;
  if (x >= fromWidth || y >= fromHeight) {
    const expected = `inside the mask of ${fromWidth} x ${fromHeight}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The corner of the crop', expected, actual: `${x}, ${y}` });
  }
  const width = Math.min(rectangle.width, fromWidth - x);
  const height = Math.min(rectangle.height, fromHeight - y);
  const cropped = new Float32Array(batch * height * width);
  for (let row = 0; row < batch * height; row++) {
    const start = (Math.floor(row / height) * fromHeight + y + (row % height)) * fromWidth + x;
    cropped.set(data.subarray(start, start + width), row * width);
  }
  return { data: cropped, dims: [batch, height, width] };
}

const operations = {
  multiply: (a: number, b: number) => a * b,
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  and: (a: number, b: number) => (isSet(a) && isSet(b) ? 1 : 0),
  or: (a: number, b: number) => (isSet(a) || isSet(b) ? 1 : 0),
  xor: (a: number, b: number) => (isSet(a) === isSet(b) ? 0 : 1),
} as const;

export type MaskOperation = keyof typeof operations;
export const maskOperations = Object.keys(operations) as readonly MaskOperation[];

/** A value that rounds to something else than 0; a half rounds down, to the even number. */
function isSet(value: number): boolean {
  return value > 0.5 || value < -0.5;
}

/**
 * Combines `source` with the part of `destination` that begins at (x, y); what lies beyond is cut off, results stay in 0..1.
 * A batch of one goes with any other.
 * @throws EngineError INVALID_ARGUMENT for batches that do not go together.
 */
export function combineMasks(
  destination: Tensor,
  source: Tensor,
  { x, y, operation }: { readonly x: number; readonly y: number; readonly operation: MaskOperation },
): Tensor {
  const [to, from] = [maskBatch(destination), maskBatch(source)];
  const [batch = 0, height = 0, width = 0] = to.dims;
  const [fromBatch = 0, fromHeight = 0, fromWidth = 0] = from.dims;
  if (fromBatch !== 1 && fromBatch !== batch) {
    const expected = `1 or ${batch}, as in the destination`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The number of source masks', expected, actual: fromBatch });
  }
  const combine = operations[operation];
  const data = Float32Array.from(to.data, value => Math.min(Math.max(value, 0), 1));
  for (let item = 0; item < batch; item++) {
    for (let row = 0; row < fromHeight && y + row < height; row++) {
      const origin = ((fromBatch === 1 ? 0 : item) * fromHeight + row) * fromWidth;
      const target = (item * height + y + row) * width + x;
      for (let column = 0; column < fromWidth && x + column < width; column++) {
        const value = combine(to.data[target + column]!, from.data[origin + column]!);
        data[target + column] = Math.min(Math.max(value, 0), 1);
      }
    }
  }
  return { data, dims: to.dims };
}

export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Fades a mask out towards its edges: in a margin of n, step k is multiplied by (k + 1) / n. */
export function featherMask(mask: Tensor, margins: Margins): Tensor {
  const { data, dims } = maskBatch(mask);
  const [, height = 0, width = 0] = dims;
  const across = fade(width, margins.left, margins.right);
  const down = fade(height, margins.top, margins.bottom);
  const feathered = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    feathered[i] = down[y]!.reduce((value, factor) => Math.fround(value * factor), product(data[i]!, across[x]!));
  }
  return { data: feathered, dims };
}

function product(value: number, factors: readonly number[]): number {
  return factors.reduce((result, factor) => Math.fround(result * factor), value);
}

/**
 * Factors of each position between two margins, that of the first margin first. The reference counts the last margin one place
 * off, with its first step at the other edge; pictures made with it depend on that.
 */
function fade(length: number, first: number, last: number): readonly (readonly number[])[] {
  const [start, end] = [Math.min(first, length), Math.min(last, length)];
  return Array.from({ length }, (_, position) => {
    const step = position === 0 ? 0 : length - position;
    return [
      ...(position < start ? [Math.fround((position + 1) / start)] : []),
      ...(step < end ? [Math.fround((step + 1) / end)] : []),
    ];
  });
}

/** Every value at `offset` in groups of `size`. */
function picked(data: Float32Array, size: number, offset: number): Float32Array {
  const values = new Float32Array(data.length / size);
  for (let i = 0; i < values.length; i++) values[i] = data[i * size + offset]!;
  return values;
}

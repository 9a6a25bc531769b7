// Cutting, joining and turning of tensors along one axis. Latents have their places in the last axes ([batch, channels, height,
// width], with frames before the height for video), so every edit of a latent is one of these on one axis.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';

/**
 * The places `start` to `start + length` of one axis.
 * @throws EngineError INVALID_ARGUMENT when they are not inside.
 */
export function sliceAxis({ data, dims }: Tensor, axis: number, start: number, length: number): Tensor {
  const size = dims[axis] ?? 0;
  if (start < 0 || length < 0 || start + length > size) {
    const actual = `${start} to ${start + length}`;
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The part that is cut out',
      expected: `in 0 to ${size}`,
      actual,
    });
  }
  const resultDims = dims.with(axis, length);
  if (length === size) return { data, dims: resultDims };
  const inner = elementCount(dims.slice(axis + 1));
  const outer = elementCount(dims.slice(0, axis));
  if (outer === 1) return { data: data.slice(start * inner, (start + length) * inner), dims: resultDims };
  const result = new Float32Array(outer * length * inner);
  for (let row = 0; row < outer; row++) {
    const from = (row * size + start) * inner;
    result.set(data.subarray(from, from + length * inner), row * length * inner);
  }
  return { data: result, dims: resultDims };
}

/**
 * Tensors one after the other along one axis; all other axes are of one size.
 * @throws EngineError INVALID_ARGUMENT for none, and for other sizes.
 */
export function concatAxis(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (first === undefined) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'What is joined',
      expected: 'one tensor or more',
      actual: 'empty',
    });
  }
  if (parts.length === 1) return first;
  for (const { dims } of parts) requireSameBeside(first.dims, dims, axis);
  const lengths = parts.map(({ dims }) => dims[axis]!);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const dims = first.dims.with(axis, total);
  const inner = elementCount(dims.slice(axis + 1));
  const outer = elementCount(dims.slice(0, axis));
  const data = new Float32Array(outer * total * inner);
  for (let row = 0, target = 0; row < outer; row++) {
    for (const [i, part] of parts.entries()) {
      const size = lengths[i]! * inner;
      data.set(part.data.subarray(row * size, (row + 1) * size), target);
      target += size;
    }
  }
  return { data, dims };
}

function requireSameBeside(dims: readonly number[], other: readonly number[], axis: number): void {
  const isSame =
    other.length === dims.length && axis < dims.length && other.every((n, i) => i === axis || n === dims[i]);
  if (isSame) return;
  const expected = `[${dims.map((n, i) => (i === axis ? 'any' : n)).join(', ')}] to be joined to [${dims.join(', ')}]`;
  throw new EngineError('INVALID_ARGUMENT', { name: 'The shape', expected, actual: `[${other.join(', ')}]` });
}

/** The places of one axis in the opposite order. */
export function flipAxis({ data, dims }: Tensor, axis: number): Tensor {
  const size = dims[axis] ?? 1;
  const inner = elementCount(dims.slice(axis + 1));
  const result = new Float32Array(data.length);
  for (let line = 0; line < data.length / Math.max(1, inner); line++) {
    const place = line % size;
    const target = (line - place + (size - 1 - place)) * inner;
    result.set(data.subarray(line * inner, (line + 1) * inner), target);
  }
  return { data: result, dims };
}

/** [..., height, width], every plane turned clockwise by a number of quarter turns. */
export function rotatePlanes(tensor: Tensor, quarterTurns: number): Tensor {
  const turns = ((quarterTurns % 4) + 4) % 4;
  const [height, width] = [tensor.dims.length - 2, tensor.dims.length - 1];
  if (turns === 0) return tensor;
  if (turns === 2) return flipAxis(flipAxis(tensor, height), width);
  // A quarter turn clockwise puts the lowest row into the first column.
  return turns === 1 ? transposePlanes(flipAxis(tensor, height)) : flipAxis(transposePlanes(tensor), height);
}

/** [..., height, width] to [..., width, height]. */
function transposePlanes({ data, dims }: Tensor): Tensor {
  const [height = 1, width = 1] = dims.slice(-2);
  const plane = height * width;
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += plane) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) result[start + x * height + y] = data[start + y * width + x]!;
    }
  }
  return { data: result, dims: [...dims.slice(0, -2), width, height] };
}

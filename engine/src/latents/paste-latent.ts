// One latent laid over another at a place, with edges that fade in. Golden data, cases `LatentComposite`.
import { EngineError } from '../errors.ts';
import { elementCount, type Tensor } from '../tensor/tensor.ts';
import { fitBatch } from './batches.ts';

export interface PasteOptions {
  /** Upper left corner on the destination, in cells; what lies beyond its lower and right edges is cut off. */
  readonly x: number;
  readonly y: number;
  /** Cells over which an edge fades in, where it lies inside the destination: cell k from the edge counts (k + 1) / feather. */
  readonly feather: number;
}

/**
 * @param destination [batch, channels, ..., height, width]
 * @param source the same but for height, width and the batch: one item goes with all
 * @throws EngineError INVALID_ARGUMENT for other shapes and negative places.
 */
export function pasteLatent(destination: Tensor, source: Tensor, { x, y, feather }: PasteOptions): Tensor {
  const [height = 0, width = 0] = destination.dims.slice(-2);
  const [fromHeight = 0, fromWidth = 0] = source.dims.slice(-2);
  requirePasteable(destination, source);
  if (x < 0 || y < 0) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'x and y', expected: '0 or more', actual: `${x}, ${y}` });
  }
  const rows = fadeWeights(fromHeight, { start: y, end: height, feather });
  const columns = fadeWeights(fromWidth, { start: x, end: width, feather });
  const { data: from } = fitBatch(source, destination.dims[0] ?? 0);
  const data = destination.data.slice();
  const planes = elementCount(destination.dims.slice(0, -2));
  for (let plane = 0; plane < planes; plane++) {
    for (let row = 0; row < fromHeight && y + row < height; row++) {
      const target = (plane * height + y + row) * width + x;
      const start = (plane * fromHeight + row) * fromWidth;
      for (let column = 0; column < fromWidth && x + column < width; column++) {
        const weight = Math.fround(rows[row]! * columns[column]!);
        const kept = Math.fround(data[target + column]! * Math.fround(1 - weight));
        data[target + column] = Math.fround(from[start + column]! * weight) + kept;
      }
    }
  }
  return { data, dims: destination.dims };
}

function requirePasteable({ dims: to }: Tensor, { dims: from }: Tensor): void {
  const isSameSpace = to.length === from.length && to.slice(1, -2).join() === from.slice(1, -2).join();
  if (to.length >= 4 && isSameSpace && (from[0] === 1 || from[0] === to[0])) return;
  const expected = `[1 or ${to[0]}, ${[...to.slice(1, -2), 'any', 'any'].join(', ')}] to lie on [${to.join(', ')}]`;
  throw new EngineError('INVALID_ARGUMENT', { name: 'samples_from', expected, actual: `[${from.join(', ')}]` });
}

/** Weights of the source's places along one axis; edges on the edge of the destination, or beyond, stay hard. */
function fadeWeights(
  length: number,
  { start, end, feather }: { readonly start: number; readonly end: number; readonly feather: number },
): Float32Array {
  const weights = new Float32Array(length).fill(1);
  for (let k = 0; k < Math.min(feather, length); k++) {
    const share = Math.fround((k + 1) / feather);
    if (start > 0) weights[k] = weights[k]! * share;
    if (start + length < end) weights[length - 1 - k] = weights[length - 1 - k]! * share;
  }
  return weights;
}

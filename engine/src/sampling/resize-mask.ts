// Masks given at any size, brought to the size of a latent: bilinear without smoothing, sampled at cell centres (half-pixel convention).
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * @param mask [items, height, width] or [items, 1, height, width]
 * @returns [items, height, width] at the size asked for
 * @throws EngineError INVALID_ARGUMENT when the mask has another number of dimensions or no pixels.
 */
export function resizeMask(mask: Tensor, height: number, width: number): Tensor {
  const { items, rows, columns } = maskSize(mask);
  if (rows === height && columns === width) return { data: mask.data, dims: [items, height, width] };
  const vertical = linearTaps(rows, height);
  const horizontal = linearTaps(columns, width);
  const data = new Float32Array(items * height * width);
  let index = 0;
  for (let item = 0; item < items; item++) {
    for (const { low, high, weight } of vertical) {
      const above = (item * rows + low) * columns;
      const below = (item * rows + high) * columns;
      for (const tap of horizontal) {
        const top = mix(mask.data[above + tap.low]!, mask.data[above + tap.high]!, tap.weight);
        const bottom = mix(mask.data[below + tap.low]!, mask.data[below + tap.high]!, tap.weight);
        data[index++] = mix(top, bottom, weight);
      }
    }
  }
  return { data, dims: [items, height, width] };
}

function maskSize({ dims }: Tensor): { items: number; rows: number; columns: number } {
  const [items, ...rest] = dims;
  const [rows, columns] = rest.slice(-2);
  const isMask = dims.length === 3 || (dims.length === 4 && dims[1] === 1);
  if (!isMask || !items || !rows || !columns) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The shape of a mask',
      expected: '[items, height, width] or [items, 1, height, width], not empty',
      actual: `[${dims.join(', ')}]`,
    });
  }
  return { items, rows, columns };
}

interface Tap {
  readonly low: number;
  readonly high: number;
  /** Share of `high`. */
  readonly weight: number;
}

function linearTaps(from: number, to: number): Tap[] {
  return Array.from({ length: to }, (_, i) => {
    const position = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(position), from - 1);
    return { low, high: Math.min(low + 1, from - 1), weight: position - low };
  });
}

function mix(a: number, b: number, weight: number): number {
  return a + (b - a) * weight;
}

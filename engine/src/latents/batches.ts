// Batches of latents and masks: the first axis holds independent items.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { sliceAxis } from './axes.ts';

/** The whole batch, a number of times in a row. */
export function repeatBatch({ data, dims: [items = 0, ...rest] }: Tensor, times: number): Tensor {
  const repeated = new Float32Array(data.length * times);
  for (let n = 0; n < times; n++) repeated.set(data, n * data.length);
  return { data: repeated, dims: [items * times, ...rest] };
}

/**
 * Exactly `items` items: a longer batch is cut, a shorter one starts again from its first item.
 * @throws EngineError INVALID_ARGUMENT for an empty batch that should become one with items.
 */
export function fitBatch(tensor: Tensor, items: number): Tensor {
  const own = tensor.dims[0] ?? 0;
  if (own === items) return tensor;
  if (own === 0) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'The batch', expected: 'one item or more', actual: 'empty' });
  }
  const enough = own < items ? repeatBatch(tensor, Math.ceil(items / own)) : tensor;
  return sliceAxis(enough, 0, 0, items);
}

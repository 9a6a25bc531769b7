// Checks on numbers that flow into models.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** NaN would run through the whole network and come out as a black picture. @throws EngineError INVALID_ARGUMENT */
export function requireFinite(name: string, { data }: Tensor): void {
  const index = firstNotFinite(data);
  if (index === data.length) return;
  const actual = `${data[index]} at element ${index}; an earlier step went wrong`;
  throw new EngineError('INVALID_ARGUMENT', { name, expected: 'made of finite numbers', actual });
}

/** A plain loop: a callback per element takes half a second for a large picture. */
function firstNotFinite(data: Float32Array): number {
  let index = 0;
  while (index < data.length && Number.isFinite(data[index])) index++;
  return index;
}

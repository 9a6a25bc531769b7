// Checks on numbers that flow into models.
import { EngineError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** NaN would run through the whole network and come out as a black picture. @throws EngineError INVALID_ARGUMENT */
export function requireFinite(name: string, { data }: Tensor): void {
  const index = data.findIndex(value => !Number.isFinite(value));
  if (index < 0) return;
  const actual = `${data[index]} at element ${index}; an earlier step went wrong`;
  throw new EngineError('INVALID_ARGUMENT', { name, expected: 'made of finite numbers', actual });
}

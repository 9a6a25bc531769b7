// Checks shared by the operator functions. A message names the operator, then the fact: `Conv: missing weight`.
import { EngineError } from '../../errors.ts';
import type { Value } from '../graph.ts';

/** @throws EngineError `GRAPH_INVALID` when `condition` does not hold. */
export function check(operator: string, condition: boolean, reason: () => string): asserts condition {
  if (!condition) throw new EngineError('GRAPH_INVALID', { operator, reason: reason() });
}

/** Every input named here must be given; the types say so too, but weights come from files. */
export function requireInputs(operator: string, inputs: Readonly<Record<string, Value | undefined>>): void {
  for (const [name, value] of Object.entries(inputs)) check(operator, value !== undefined, () => `missing ${name}`);
}

/** Dims of a constant; undefined for values that are known at run time only. */
export function constantDims(value: Value | undefined): readonly number[] | undefined {
  return value?.kind === 'initializer' ? value.dims : undefined;
}

/** A constant must have this rank; run-time values are left to onnxruntime. */
export function requireRank(operator: string, name: string, value: Value | undefined, rank: number): void {
  const dims = constantDims(value);
  check(operator, !dims || dims.length === rank, () => `${name} must have ${rank} dims, has [${dims?.join(', ')}]`);
}

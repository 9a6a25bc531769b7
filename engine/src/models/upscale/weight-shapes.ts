// Checks on the shapes of an upscale model, before a graph is made of them.
import { EngineError } from '../../errors.ts';
import type { UpscaleKeys } from './upscale-network.ts';

/** Shape of a weight by the name that the architecture gives it. @throws EngineError TENSOR_MISSING */
export function shapeOf({ path, tensors, keyOf }: UpscaleKeys, name: string): readonly number[] {
  const key = keyOf?.(name) ?? name;
  const entry = tensors.get(key);
  if (!entry) throw new EngineError('TENSOR_MISSING', { path, name: key });
  return entry.shape;
}

/** @throws EngineError TENSOR_MISSING, MODEL_INCONSISTENT */
export function requireShape(file: UpscaleKeys, name: string, expected: readonly number[]): void {
  const actual = shapeOf(file, name);
  if (actual.join() === expected.join()) return;
  const key = file.keyOf?.(name) ?? name;
  const reason = `"${key}" is [${actual.join(', ')}], but [${expected.join(', ')}] would fit the other layers`;
  throw new EngineError('MODEL_INCONSISTENT', { part: 'upscale model', path: file.path, reason });
}

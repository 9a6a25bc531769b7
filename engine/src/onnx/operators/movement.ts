// Operators that move, join or look up elements without computing. https://onnx.ai/onnx/operators/
import { int64Constant, type NodeResult, nodeResult, type Value } from '../graph.ts';
import { check, constantDims, requireInputs } from './check.ts';

/** To a constant or computed shape; 0 keeps the input's dim at that place, one -1 takes what is left. */
export function Reshape(input: Value, shape: readonly number[] | Value): NodeResult {
  requireInputs('Reshape', { input });
  if (!Array.isArray(shape)) return nodeResult('Reshape', [input, shape as Value]);
  check('Reshape', shape.filter(dim => dim === -1).length <= 1, () => `more than one -1 in [${shape.join(', ')}]`);
  return nodeResult('Reshape', [input, int64Constant(shape)]);
}

export function Transpose(input: Value, permutation: readonly number[]): NodeResult {
  requireInputs('Transpose', { input });
  const isPermutation = [...permutation].sort((a, b) => a - b).every((axis, index) => axis === index);
  check('Transpose', isPermutation, () => `[${permutation.join(', ')}] is no permutation`);
  return nodeResult('Transpose', [input], { perm: { kind: 'ints', value: permutation } });
}

export function Concat(inputs: readonly Value[], axis: number): NodeResult {
  check('Concat', inputs.length > 0, () => 'missing inputs');
  return nodeResult('Concat', inputs, { axis: { kind: 'int', value: axis } });
}

/** Dims `start` to `end` (exclusive) of the input as int64. */
export function Shape(input: Value, start?: number, end?: number): NodeResult {
  requireInputs('Shape', { input });
  return nodeResult('Shape', [input], {
    ...(start !== undefined && { start: { kind: 'int', value: start } as const }),
    ...(end !== undefined && { end: { kind: 'int', value: end } as const }),
  });
}

export function Unsqueeze(input: Value, axes: readonly number[]): NodeResult {
  requireInputs('Unsqueeze', { input });
  return nodeResult('Unsqueeze', [input, int64Constant(axes)]);
}

/** Rows of `table` picked by `indices` (int32 or int64). */
export function Gather(table: Value, indices: Value): NodeResult {
  requireInputs('Gather', { table, indices });
  const dims = constantDims(table);
  check('Gather', !dims || dims.length > 0, () => 'table must have at least one dim');
  return nodeResult('Gather', [table, indices], { axis: { kind: 'int', value: 0 } });
}

/** Nearest neighbour: out[i] = in[floor(i * inputSize / outputSize)]. `sizes` are the four output dims as int64. */
export function Resize(input: Value, sizes: Value): NodeResult {
  requireInputs('Resize', { input, sizes });
  return nodeResult('Resize', [input, undefined, undefined, sizes], {
    mode: { kind: 'string', value: 'nearest' },
    coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
    nearest_mode: { kind: 'string', value: 'floor' },
  });
}

/** Channels become pixel blocks of side x side: channel c * side^2 + y * side + x is the pixel (y, x) of every block. */
export function DepthToSpace(input: Value, side: number): NodeResult {
  requireInputs('DepthToSpace', { input });
  return nodeResult('DepthToSpace', [input], {
    blocksize: { kind: 'int', value: side },
    mode: { kind: 'string', value: 'CRD' },
  });
}

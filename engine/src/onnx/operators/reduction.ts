// Operators that reduce axes, and the softmax along the last one. Reduced axes stay, with length 1.
// https://onnx.ai/onnx/operators/onnx__ReduceMean.html and its neighbours.
import { int64Constant, type NodeResult, nodeResult, type Value } from '../graph.ts';
import { check, requireInputs } from './check.ts';

export function ReduceMean(input: Value, axes: readonly number[]): NodeResult {
  return reduction('ReduceMean', input, axes);
}

export function ReduceMin(input: Value, axes: readonly number[]): NodeResult {
  return reduction('ReduceMin', input, axes);
}

export function ReduceMax(input: Value, axes: readonly number[]): NodeResult {
  return reduction('ReduceMax', input, axes);
}

/** Along the last axis. */
export function Softmax(input: Value): NodeResult {
  requireInputs('Softmax', { input });
  return nodeResult('Softmax', [input], { axis: { kind: 'int', value: -1 } });
}

function reduction(operator: string, input: Value, axes: readonly number[]): NodeResult {
  requireInputs(operator, { input });
  check(operator, axes.length > 0, () => 'no axes');
  return nodeResult(operator, [input, int64Constant(axes)], { keepdims: { kind: 'int', value: 1 } });
}

// Matrix products. https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.FusedMatMul
import { type NodeResult, nodeResult, type Value } from '../graph.ts';
import { requireInputs } from './check.ts';

/** `a` [..., n, k] times `b`, which is [..., k, m], or [..., m, k] with `transposeB`. */
export function FusedMatMul(a: Value, b: Value, { transposeB = false } = {}): NodeResult {
  requireInputs('FusedMatMul', { a, b });
  return nodeResult('FusedMatMul', [a, b], { transB: { kind: 'int', value: transposeB ? 1 : 0 } }, 'com.microsoft');
}

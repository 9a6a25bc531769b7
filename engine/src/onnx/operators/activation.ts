// Activations with a parameter of their own. https://onnx.ai/onnx/operators/
import { type NodeResult, nodeResult, type Value } from '../graph.ts';
import { requireInputs } from './check.ts';

/** x where it is positive, else `slope` * x. */
export function LeakyRelu(input: Value, slope: number): NodeResult {
  requireInputs('LeakyRelu', { input });
  return nodeResult('LeakyRelu', [input], { alpha: { kind: 'float', value: slope } });
}

/** As LeakyRelu with learned slopes; `slopes` must broadcast to the input. */
export function PRelu(input: Value, slopes: Value): NodeResult {
  requireInputs('PRelu', { input, slopes });
  return nodeResult('PRelu', [input, slopes]);
}

// Operators that work element by element, with broadcasting as in NumPy. The `com.microsoft` ones are onnxruntime's fused
// activations: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
import { type ElementType, elementTypes } from '../element-type.ts';
import { type NodeResult, nodeResult, type Value } from '../graph.ts';
import { requireInputs } from './check.ts';

export function Add(a: Value, b: Value): NodeResult {
  requireInputs('Add', { a, b });
  return nodeResult('Add', [a, b]);
}

export function Mul(a: Value, b: Value): NodeResult {
  requireInputs('Mul', { a, b });
  return nodeResult('Mul', [a, b]);
}

export function Sub(a: Value, b: Value): NodeResult {
  requireInputs('Sub', { a, b });
  return nodeResult('Sub', [a, b]);
}

export function Div(a: Value, b: Value): NodeResult {
  requireInputs('Div', { a, b });
  return nodeResult('Div', [a, b]);
}

export function Cos(input: Value): NodeResult {
  requireInputs('Cos', { input });
  return nodeResult('Cos', [input]);
}

export function Sin(input: Value): NodeResult {
  requireInputs('Sin', { input });
  return nodeResult('Sin', [input]);
}

export function Relu(input: Value): NodeResult {
  requireInputs('Relu', { input });
  return nodeResult('Relu', [input]);
}

export function Tanh(input: Value): NodeResult {
  requireInputs('Tanh', { input });
  return nodeResult('Tanh', [input]);
}

export function Cast(input: Value, to: ElementType): NodeResult {
  requireInputs('Cast', { input });
  return nodeResult('Cast', [input], { to: { kind: 'int', value: elementTypes[to].code } });
}

/** x * sigmoid(alpha * x): SiLU with alpha 1, CLIP's quick GELU with alpha 1.702. */
export function QuickGelu(input: Value, alpha: number): NodeResult {
  requireInputs('QuickGelu', { input });
  return nodeResult('QuickGelu', [input], { alpha: { kind: 'float', value: alpha } }, 'com.microsoft');
}

/** GELU (with erf) of input + bias; `bias` has the length of the last dim. */
export function BiasGelu(input: Value, bias: Value): NodeResult {
  requireInputs('BiasGelu', { input, bias });
  return nodeResult('BiasGelu', [input, bias], {}, 'com.microsoft');
}

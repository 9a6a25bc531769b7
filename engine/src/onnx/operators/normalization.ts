// Normalisations. https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html and its neighbours.
import { type NodeResult, nodeResult, type Value } from '../graph.ts';
import { check, requireInputs } from './check.ts';

/** Mean and variance over all but the first two dims; `scale` and `bias` have one value per channel (second dim). */
export function InstanceNormalization(input: Value, scale: Value, bias: Value, epsilon: number): NodeResult {
  requireInputs('InstanceNormalization', { input, scale, bias });
  return nodeResult('InstanceNormalization', [input, scale, bias], { epsilon: { kind: 'float', value: epsilon } });
}

/** Opset 21: `scale` and `bias` have one value per channel. Slow on the CPU, right for WebGPU. */
export function GroupNormalization(
  input: Value,
  scale: Value,
  bias: Value,
  { groups, epsilon }: { readonly groups: number; readonly epsilon: number },
): NodeResult {
  requireInputs('GroupNormalization', { input, scale, bias });
  check('GroupNormalization', groups > 0, () => `num_groups must be positive, is ${groups}`);
  return nodeResult('GroupNormalization', [input, scale, bias], {
    num_groups: { kind: 'int', value: groups },
    epsilon: { kind: 'float', value: epsilon },
  });
}

/** Over the last dim. */
export function LayerNormalization(input: Value, scale: Value, bias: Value, epsilon: number): NodeResult {
  requireInputs('LayerNormalization', { input, scale, bias });
  return nodeResult('LayerNormalization', [input, scale, bias], {
    axis: { kind: 'int', value: -1 },
    epsilon: { kind: 'float', value: epsilon },
  });
}

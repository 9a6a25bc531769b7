// Attention over already projected queries, keys and values of shape [batch, tokens, width]; heads are slices of the width and
// the scale is 1 / sqrt(width / heads). `bias` is added to the scores before the softmax and broadcasts to [batch, heads, q, k].
import { type NodeResult, nodeResult, type Value } from '../graph.ts';
import { check, requireInputs } from './check.ts';

export interface AttentionInputs {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly bias?: Value | undefined;
}

/** onnxruntime's own operator: on the CPU a tiled kernel that never holds the whole score matrix (when there is no bias). */
export function MultiHeadAttention({ query, key, value, bias }: AttentionInputs, heads: number): NodeResult {
  requireInputs('MultiHeadAttention', { query, key, value });
  check('MultiHeadAttention', Number.isInteger(heads) && heads > 0, () => `num_heads must be positive, is ${heads}`);
  const inputs = bias ? [query, key, value, undefined, undefined, bias] : [query, key, value];
  return nodeResult('MultiHeadAttention', inputs, { num_heads: { kind: 'int', value: heads } }, 'com.microsoft');
}

/** The standard operator, opset 23: right where `MultiHeadAttention` is not (WebGPU). */
export function Attention({ query, key, value, bias }: AttentionInputs, heads: number): NodeResult {
  requireInputs('Attention', { query, key, value });
  check('Attention', Number.isInteger(heads) && heads > 0, () => `num_heads must be positive, is ${heads}`);
  return nodeResult('Attention', bias ? [query, key, value, bias] : [query, key, value], {
    q_num_heads: { kind: 'int', value: heads },
    kv_num_heads: { kind: 'int', value: heads },
  });
}

// The residual block of the UNet: two normalised convolutions, with the time embedding added per channel between them.
import type { NodeResult, Value } from '../../onnx/graph.ts';
import { Add } from '../../onnx/operators/elementwise.ts';
import { Reshape } from '../../onnx/operators/movement.ts';
import { groupNorm, linear, sameConvolution, silu } from '../layers.ts';
import type { WeightScope } from '../weights.ts';

const EPSILON = 1e-5;

/** @param time SiLU of the time embedding, [batch, width]. */
export function residualBlock(weights: WeightScope, x: Value, time: Value): NodeResult {
  // The embedding is ready from the start: anchored to x, the cast of this weight waits for its block.
  const shift = Reshape(linear(weights.scope('emb_layers.1'), time, { anchor: x }), [0, -1, 1, 1]);
  const first = silu(groupNorm(weights.scope('in_layers.0'), x, EPSILON));
  const middle = Add(sameConvolution(weights.scope('in_layers.2'), first), shift);
  const second = silu(groupNorm(weights.scope('out_layers.0'), middle, EPSILON));
  const skip = weights.has('skip_connection.weight') ? sameConvolution(weights.scope('skip_connection'), x) : x;
  return Add(skip, sameConvolution(weights.scope('out_layers.3'), second));
}

// Convolution. https://onnx.ai/onnx/operators/onnx__Conv.html
import { type NodeResult, nodeResult, type Value } from '../graph.ts';
import { check, constantDims, requireInputs, requireRank } from './check.ts';

export interface ConvOptions {
  /** Default [1, 1]. */
  readonly strides?: readonly [number, number];
  /** Top, left, bottom, right; default none. */
  readonly pads?: readonly [number, number, number, number];
}

/** `input` [batch, in, height, width], `weight` [out, in, kernel height, kernel width], `bias` [out]. */
export function Conv(
  input: Value,
  weight: Value,
  bias?: Value,
  { strides = [1, 1], pads = [0, 0, 0, 0] }: ConvOptions = {},
): NodeResult {
  requireInputs('Conv', { input, weight });
  requireRank('Conv', 'weight', weight, 4);
  const [out] = constantDims(weight) ?? [];
  const biasDims = constantDims(bias);
  check('Conv', out === undefined || !biasDims || (biasDims.length === 1 && biasDims[0] === out), () => {
    return `bias [${biasDims?.join(', ')}] does not fit a weight with ${out} output channels`;
  });
  return nodeResult('Conv', bias ? [input, weight, bias] : [input, weight], {
    strides: { kind: 'ints', value: strides },
    pads: { kind: 'ints', value: pads },
  });
}

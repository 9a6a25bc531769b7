// Sinusoidal embedding of timesteps, cosines first (Ho et al. 2020, arXiv:2006.11239, with the order of LDM).
import { floatConstant, type NodeResult, type Value } from '../../onnx/graph.ts';
import { Cos, Mul, Sin } from '../../onnx/operators/elementwise.ts';
import { Concat, Unsqueeze } from '../../onnx/operators/movement.ts';

const MAX_PERIOD = 10_000;

/** [batch] to [batch, channels]; `channels` is even. */
export function timestepEmbedding(timesteps: Value, channels: number): NodeResult {
  const angles = Mul(Unsqueeze(timesteps, [1]), floatConstant(timestepFrequencies(channels)));
  return Concat([Cos(angles), Sin(angles)], 1);
}

/**
 * MAX_PERIOD ^ (-i / n) for the n = channels / 2 frequencies. Every step is rounded to float32 as in the reference: timesteps
 * reach 999, and an angle is off by that much times the error of its frequency.
 */
export function timestepFrequencies(channels: number): Float32Array {
  const count = channels / 2;
  return Float32Array.from({ length: count }, (_, index) => {
    const exponent = Math.fround(Math.fround(Math.fround(-Math.log(MAX_PERIOD)) * index) / count);
    return Math.exp(exponent);
  });
}

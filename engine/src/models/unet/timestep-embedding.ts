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
 * Frequencies, by their number and index, that the exponential of the reference's numeric library gives one unit in the last
 * place too large. At timestep 999 that shows in the fifth decimal of the embedding, so the same is done here.
 */
const ROUNDED_UP: Readonly<Record<number, readonly number[]>> = {
  32: [3],
  64: [6, 53],
  80: [1, 21],
  96: [9],
  128: [12, 106],
  160: [2, 15, 42], // all real models of this family
  192: [18, 103, 159],
};

/**
 * MAX_PERIOD ^ (-i / n) for the n = channels / 2 frequencies. Every step is rounded to float32 as in the reference: timesteps
 * reach 999, and an angle is off by that much times the error of its frequency.
 */
export function timestepFrequencies(channels: number): Float32Array {
  const count = channels / 2;
  const frequencies = Float32Array.from({ length: count }, (_, index) => {
    return Math.exp(Math.fround(Math.fround(Math.fround(-Math.log(MAX_PERIOD)) * index) / count));
  });
  const bits = new Int32Array(frequencies.buffer);
  for (const index of ROUNDED_UP[count] ?? []) bits[index]! += 1;
  return frequencies;
}

// The formula that stands for a network in the `samplers` folder (README section 5), with a record of the sigmas it was
// asked for.
import type { Denoiser } from '../../engine/src/sampling/guidance/denoiser.ts';
import type { Tensor } from '../../engine/src/tensor/tensor.ts';

const f32 = Math.fround;

export interface AnalyticDenoiser {
  readonly denoiser: Denoiser;
  /** Sigma of every call so far. */
  readonly sigmas: readonly number[];
}

export function analyticDenoiser(isFlow: boolean): AnalyticDenoiser {
  const sigmas: number[] = [];
  const estimate = isFlow ? flowEstimate : explodingEstimate;
  return {
    sigmas,
    denoiser: async ({ x, sigma, context }) => {
      sigmas.push(sigma);
      const [items, channels, ...size] = x.dims as [number, number, ...number[]];
      const pattern = patternOf(channels, size);
      const data = new Float32Array(x.data.length);
      const plane = pattern.length / channels;
      for (let item = 0; item < items; item++) {
        const means = contextMeans(context, item);
        for (let i = 0; i < pattern.length; i++) {
          const channel = Math.floor(i / plane);
          const a = means[channel % means.length]!;
          const b = means[(channel + 1) % means.length]!;
          const index = item * pattern.length + i;
          data[index] = estimate(x.data[index]!, f32(f32(a * pattern[i]!) + 0.25 * b), f32(sigma));
        }
      }
      return { data, dims: x.dims };
    },
  };
}

// Every operation is rounded, as in the reference: some runs amplify even the rounding of the formula.

function explodingEstimate(x: number, m: number, s: number): number {
  const square = f32(s * s);
  const kept = f32(f32(f32(x - m) * f32(0.64)) / f32(f32(0.64) + square));
  const bent = f32(f32(f32(f32(0.2) * s) / f32(s + 1)) * f32(Math.tanh(f32(x / f32(Math.sqrt(f32(square + 1)))))));
  return f32(m + kept) + bent;
}

function flowEstimate(x: number, m: number, s: number): number {
  const signal = f32(1 - s);
  const variance = f32(f32(f32(signal * signal) * f32(0.64)) + f32(s * s));
  const kept = f32(f32(f32(signal * f32(0.64)) * f32(x - f32(signal * m))) / variance);
  const bent = f32(f32(f32(0.2) * s) * f32(Math.tanh(x)));
  return f32(m + kept) + bent;
}

/** Mean over tokens, per feature. */
function contextMeans({ data, dims }: Tensor, item: number): Float32Array {
  const [, tokens, width] = dims as [number, number, number];
  const sums = new Float32Array(width);
  for (let i = 0; i < tokens * width; i++) sums[i % width]! += data[item * tokens * width + i]!;
  return sums.map(sum => sum / tokens);
}

/** sin(0.5 + 0.7c + 1.7t + 0.9h + 1.3w) for the axes that there are. */
function patternOf(channels: number, size: readonly number[]): Float32Array {
  const factors = [1.7, 0.9, 1.3].slice(-size.length);
  const plane = size.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: channels * plane }, (_, i) => {
    let angle = 0.5 + 0.7 * Math.floor(i / plane);
    let rest = i % plane;
    for (let axis = size.length - 1; axis >= 0; axis--) {
      angle += factors[axis]! * (rest % size[axis]!);
      rest = Math.floor(rest / size[axis]!);
    }
    return Math.sin(angle);
  });
}

// The formula that stands for a network in the `samplers` folder (README section 5), with a record of the sigmas it was asked for.
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
          data[index] = estimate(x.data[index]!, a * pattern[i]! + 0.25 * b, f32(sigma));
        }
      }
      return { data, dims: x.dims };
    },
  };
}

function explodingEstimate(x: number, m: number, s: number): number {
  return m + ((x - m) * 0.64) / (0.64 + s * s) + ((0.2 * s) / (s + 1)) * Math.tanh(x / Math.sqrt(s * s + 1));
}

function flowEstimate(x: number, m: number, s: number): number {
  const signal = 1 - s;
  return m + (signal * 0.64 * (x - signal * m)) / (signal * signal * 0.64 + s * s) + 0.2 * s * Math.tanh(x);
}

/** Mean over tokens, per feature. */
function contextMeans({ data, dims }: Tensor, item: number): Float64Array {
  const [, tokens, width] = dims as [number, number, number];
  const means = new Float64Array(width);
  for (let i = 0; i < tokens * width; i++) means[i % width]! += data[item * tokens * width + i]! / tokens;
  return means;
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

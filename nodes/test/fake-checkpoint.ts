// A checkpoint whose network sees a fixed picture in all noise: sampling works, and what it answers can be computed by hand.
import type { DiffusionModel, LoadedCheckpoint, TextEncoder, Vae } from '@snug/engine';

export interface FakeCheckpoint {
  readonly checkpoint: LoadedCheckpoint;
  /** Contexts of all evaluations so far, the first number of each item. */
  readonly contexts: readonly (readonly number[])[];
}

/** Encoded texts are as long as the text in their first number; the noise estimate is a thousandth of that. */
export function fakeCheckpoint(): FakeCheckpoint {
  const contexts: number[][] = [];
  const clip: TextEncoder = {
    withStopAtLayer: () => clip,
    withScaledAttention: () => clip,
    encode: async text => [[{ data: new Float32Array(2 * 4).fill(text.length), dims: [1, 2, 4] }, {}]],
  };
  const model: DiffusionModel = {
    latentFormat: {
      name: 'SD15',
      channels: 4,
      downscale: 8,
      scaleFactor: 0.18215,
      shiftFactor: 0,
      rgbFactors: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [0, 0, 0],
      ],
    },
    parameterization: {
      prediction: 'eps',
      schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
    },
    predict: async ({ x, context }) => {
      const items = x.dims[0] ?? 1;
      const size = context.data.length / items;
      const firsts = Array.from({ length: items }, (_, i) => context.data[i * size] ?? 0);
      contexts.push(firsts);
      const itemSize = x.data.length / items;
      const data = x.data.map((value, i) => value * 0.9 + (firsts[Math.floor(i / itemSize)] ?? 0) / 1000);
      return { data, dims: x.dims };
    },
  };
  const vae: Vae = {
    downscale: 8,
    latentChannels: 4,
    decode: async ({ dims: [batch = 0, , height = 0, width = 0] }) => ({
      data: new Float32Array(batch * height * 8 * width * 8 * 3).fill(0.5),
      dims: [batch, height * 8, width * 8, 3],
    }),
    encode: async ({ dims: [batch = 0, height = 0, width = 0] }) => ({
      data: new Float32Array((batch * 4 * height * width) / 64).fill(1),
      dims: [batch, 4, height / 8, width / 8],
    }),
  };
  return { checkpoint: { model, clip, vae }, contexts };
}

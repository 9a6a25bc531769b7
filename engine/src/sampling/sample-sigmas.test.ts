import { describe, expect, it } from 'vitest';
import type { LatentFormat } from '../models/model.ts';
import { prepareNoise } from '../tensor/initial-noise.ts';
import { cfgGuidance } from './guidance/classifier-free.ts';
import type { Denoiser } from './guidance/denoiser.ts';
import { randomNoise, withoutNoise } from './noise-source.ts';
import { parameterizationOf } from './parameterizations/parameterization-of.ts';
import { type SampleSigmasOptions, sampleSigmas } from './sample-sigmas.ts';
import { samplers } from './samplers/samplers.ts';

const latentFormat: LatentFormat = {
  name: 'test',
  channels: 1,
  downscale: 8,
  scaleFactor: 2,
  shiftFactor: 0,
  rgbFactors: [],
};
const parameterization = parameterizationOf({
  prediction: 'eps',
  schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
});
const samples = { data: Float32Array.of(1, 2, 3, 4), dims: [1, 1, 2, 2] };
const conditioning = [[{ data: new Float32Array(2), dims: [1, 1, 2] }, {}]] as const;
const zero: Denoiser = async ({ x }) => ({ data: new Float32Array(x.data.length), dims: x.dims });

function optionsOf(changes: Partial<SampleSigmasOptions>): SampleSigmasOptions {
  return {
    denoiser: zero,
    parameterization,
    latentFormat,
    sampler: samplers.euler,
    sigmas: Float32Array.of(2, 1, 0),
    guidance: cfgGuidance({ positive: conditioning, negative: conditioning, cfg: 1 }),
    latent: { samples },
    noise: randomNoise(3n),
    ...changes,
  };
}

describe('a run along given sigmas', () => {
  it('without sigmas returns the latent itself', async () => {
    const result = await sampleSigmas(optionsOf({ sigmas: new Float32Array(0) }));
    expect(result.samples).toBe(samples);
    expect(result.denoised).toBe(samples);
  });

  it('of one sigma adds its noise and makes no step', async () => {
    const { samples: noisy } = await sampleSigmas(optionsOf({ sigmas: Float32Array.of(2) }));
    const { noise } = prepareNoise({ dims: samples.dims, seed: 3n });
    for (const [i, value] of noisy.data.entries()) expect(value).toBeCloseTo(samples.data[i]! + noise.data[i]!, 5);
  });

  it('ends in the estimate, which it returns as well', async () => {
    const one: Denoiser = async ({ x }) => ({ data: new Float32Array(x.data.length).fill(1), dims: x.dims });
    const result = await sampleSigmas(optionsOf({ denoiser: one }));
    expect([...result.samples.data]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(result.denoised).toEqual(result.samples);
  });

  it('that stops early keeps noise in the latent but not in the estimate', async () => {
    const result = await sampleSigmas(optionsOf({ sigmas: Float32Array.of(2, 1) }));
    expect([...result.denoised.data]).toEqual([0, 0, 0, 0]);
    expect(result.samples.data.some(value => Math.abs(value) > 0.1)).toBe(true);
  });

  it('adds no initial noise when told so', async () => {
    const { samples: same } = await sampleSigmas(optionsOf({ sigmas: Float32Array.of(2), noise: withoutNoise(3n) }));
    expect(same).toEqual(samples);
  });

  it('gives an empty latent the channels of the model', async () => {
    const empty = { data: new Float32Array(16), dims: [1, 4, 2, 2] };
    const result = await sampleSigmas(optionsOf({ latent: { samples: empty } }));
    expect(result.samples.dims).toEqual([1, 1, 2, 2]);
  });

  it('gives each latent the noise of its place in the batch', async () => {
    const two = { data: new Float32Array(8), dims: [2, 1, 2, 2] };
    const run = (batchIndex?: readonly number[]) =>
      sampleSigmas(optionsOf({ latent: { samples: two, batchIndex }, sigmas: Float32Array.of(2) }));
    const { samples: swapped } = await run([1, 0]);
    const { samples: inOrder } = await run([0, 1]);
    expect([...swapped.data.slice(0, 4)]).toEqual([...inOrder.data.slice(4)]);
  });

  it('refuses sigmas that are no numbers, with their values', async () => {
    const run = sampleSigmas(optionsOf({ sigmas: Float32Array.of(Number.NaN, 0) }));
    await expect(run).rejects.toThrow('The noise schedule contains values that are no numbers: NaN, 0');
  });

  it('refuses to return a latent that is no number', async () => {
    const overflowing: Denoiser = async ({ x }) => ({ data: new Float32Array(x.data.length).fill(3e38), dims: x.dims });
    const tiny = { ...latentFormat, scaleFactor: 1e-5 };
    const run = sampleSigmas(optionsOf({ denoiser: overflowing, latentFormat: tiny }));
    await expect(run).rejects.toMatchObject({ code: 'LATENT_NOT_FINITE' });
  });

  it('refuses a Brownian sampler nothing when there is a single noisy sigma', async () => {
    const run = sampleSigmas(optionsOf({ sampler: samplers.dpmpp_2m_sde, sigmas: Float32Array.of(2, 0) }));
    expect([...(await run).samples.data]).toEqual([0, 0, 0, 0]);
  });
});

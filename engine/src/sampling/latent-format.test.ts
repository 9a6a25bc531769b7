import { describe, expect, it } from 'vitest';
import type { LatentFormat } from '../models/model.ts';
import { fromModelSpace, latentToRgb, toModelSpace } from './latent-format.ts';

const format: LatentFormat = {
  name: 'test',
  channels: 2,
  downscale: 8,
  scaleFactor: 0.5,
  shiftFactor: 0.25,
  rgbFactors: [
    [1, 0, 0.5],
    [0, 1, 0.5],
  ],
  rgbBias: [0, 0.1, 0],
};

describe('model space', () => {
  const latent = { data: Float32Array.of(1, 2, 3, 4), dims: [1, 2, 1, 2] };

  it('is shifted and scaled', () => {
    expect([...toModelSpace(latent, format)]).toEqual([0.375, 0.875, 1.375, 1.875]);
  });

  it('is normalised by channel where the format says so', () => {
    const byChannel = { ...format, shiftFactor: 0, channelMeans: [1, 3], channelStds: [1, 2] };
    expect([...toModelSpace(latent, byChannel)]).toEqual([0, 0.5, 0, 0.25]);
  });

  it('is left on the way it was entered', () => {
    const byChannel = { ...format, channelMeans: [1, 3], channelStds: [1, 2] };
    for (const each of [format, byChannel]) {
      const there = { data: toModelSpace(latent, each), dims: latent.dims };
      expect([...fromModelSpace(there, each)]).toEqual([1, 2, 3, 4]);
    }
  });
});

describe('the linear preview', () => {
  it('mixes the channels of the first item to colours', () => {
    const latent = { data: Float32Array.of(0.5, -1, 0.2, 0.4, 9, 9, 9, 9), dims: [2, 2, 1, 2] };
    const { data, dims } = latentToRgb(latent, format);
    expect(dims).toEqual([1, 2, 3]);
    const expected = [0.5, 0.3, 0.35, -1, 0.5, -0.3];
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it('takes the first frame of a video', () => {
    const video = { data: Float32Array.of(1, 7, 2, 8), dims: [1, 2, 2, 1, 1] };
    expect([...latentToRgb(video, format).data].map(value => Number(value.toFixed(6)))).toEqual([1, 2.1, 1.5]);
  });

  it('refuses a latent of another family', () => {
    const other = { data: new Float32Array(16), dims: [1, 16, 1, 1] };
    expect(() => latentToRgb(other, format)).toThrow('has 16 channels, but the model works with 2');
  });
});

import { describe, expect, it } from 'vitest';
import type { AudioClip } from './audio-clip.ts';
import { amplifyAudio, silence, splitStereo, trimAudio } from './edit-audio.ts';
import { concatAudio, mergeAudio } from './join-audio.ts';

/** A clip of one item at 10 samples per second. */
const clip = (...channels: number[][]): AudioClip => ({
  waveform: { data: new Float32Array(channels.flat()), dims: [1, channels.length, channels[0]?.length ?? 0] },
  sampleRate: 10,
});

describe('silence', () => {
  it('is as long as asked for', () => {
    const { waveform, sampleRate } = silence({ seconds: 0.29, sampleRate: 100, channels: 2 });
    expect([waveform.dims, sampleRate]).toEqual([[1, 2, 29], 100]);
    expect(silence({ seconds: 0, sampleRate: 100, channels: 1 }).waveform.dims).toEqual([1, 1, 0]);
  });

  it.each([
    [{ seconds: 2 ** 64, sampleRate: 44_100, channels: 2 }, /duration must be between 0 and 24347 seconds/],
    [{ seconds: Number.NaN, sampleRate: 44_100, channels: 2 }, /but it is NaN/],
    [{ seconds: 1, sampleRate: 0, channels: 2 }, /sample rate must be a whole number.*but it is 0/],
    [{ seconds: 1, sampleRate: -8000, channels: 2 }, /-8000/],
  ])('refuses what cannot be held: %j', (options, message) => {
    expect(() => silence(options)).toThrow(message);
  });
});

describe('a part of a clip', () => {
  const source = clip([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const part = (start: number, duration: number) => [...trimAudio(source, { start, duration }).waveform.data];

  it('counts from the end for negative starts and ends with the clip', () => {
    expect(part(0.2, 0.3)).toEqual([2, 3, 4]);
    expect(part(-0.2, 60)).toEqual([8, 9]);
    expect(part(-9, 0.1)).toEqual([0]);
  });

  it.each([
    [0.5, 0],
    [0.5, -1],
    [0, Number.NaN],
  ])('refuses a part from %d that lasts %d seconds', (start, duration) => {
    expect(() => part(start, duration)).toThrow(/inside of its 1 seconds/);
  });

  it('refuses clips without samples and tensors that are no sound', () => {
    expect(() => trimAudio(clip([]), { start: 0, duration: 1 })).toThrow(/inside of its 0 seconds/);
    const flat = { waveform: { data: new Float32Array(4), dims: [4] }, sampleRate: 10 };
    expect(() => trimAudio(flat, { start: 0, duration: 1 })).toThrow(/shape \[batch, channels, samples\].*\[4\]/);
  });
});

describe('channels and loudness', () => {
  it('splits stereo only', () => {
    expect(splitStereo(clip([1], [2])).map(({ waveform }) => [...waveform.data])).toEqual([[1], [2]]);
    expect(() => splitStereo(clip([1]))).toThrow(/stereo.*1 channel/);
  });

  it('changes the level by decibels and leaves a clip alone at 0', () => {
    const source = clip([0.5]);
    expect(amplifyAudio(source, 0)).toBe(source);
    expect(amplifyAudio(source, 20).waveform.data[0]).toBeCloseTo(5);
    expect(amplifyAudio(source, -20).waveform.data[0]).toBeCloseTo(0.05);
  });
});

describe('two clips', () => {
  it('follow each other in stereo, at the higher rate', async () => {
    const joined = await concatAudio(clip([1, 1]), { ...clip([0.5, 0.5, 0.5, 0.5]), sampleRate: 20 });
    expect([joined.waveform.dims, joined.sampleRate]).toEqual([[1, 2, 8], 20]);
  });

  it('lie over each other for as long as the first lasts', async () => {
    expect([...(await mergeAudio(clip([0.1, 0.2]), clip([0.25, 0.5, 1]), 'add')).waveform.data]).toEqual(
      [...new Float32Array([0.1 + 0.25, 0.2 + 0.5])].map(value => expect.closeTo(value, 6)),
    );
    const stereo = await mergeAudio(clip([0.5], [0.25]), clip([0.5]), 'subtract');
    expect([...stereo.waveform.data]).toEqual([0, -0.25]);
  });

  it('become softer together when they would be too loud', async () => {
    expect([...(await mergeAudio(clip([1, 0.5]), clip([1, 0.5]), 'add')).waveform.data]).toEqual([1, 0.5]);
  });

  it('must have batches and channels that fit', async () => {
    const three = clip([1], [1], [1]);
    await expect(concatAudio(three, clip([1], [1]))).rejects.toThrow(/number of channels.*3 and 2/);
    const pair = { waveform: { data: new Float32Array(2), dims: [2, 1, 1] }, sampleRate: 10 };
    const triple = { waveform: { data: new Float32Array(3), dims: [3, 1, 1] }, sampleRate: 10 };
    await expect(mergeAudio(pair, triple, 'add')).rejects.toThrow(/number of batch items.*2 and 3/);
  });
});

import { describe, expect, it } from 'vitest';
import type { AudioClip } from './audio-clip.ts';
import { resampleAudio } from './resample-audio.ts';

const tone = (hertz: number, sampleRate: number, samples: number): AudioClip => ({
  waveform: {
    data: Float32Array.from({ length: samples }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / sampleRate)),
    dims: [1, 1, samples],
  },
  sampleRate,
});

/** Largest difference away from the edges, where the window reaches into silence. */
function innerDifference(a: AudioClip, b: AudioClip): number {
  const [x, y] = [a.waveform.data, b.waveform.data];
  let largest = 0;
  for (let i = 100; i < x.length - 100; i++) largest = Math.max(largest, Math.abs((x[i] ?? 0) - (y[i] ?? 0)));
  return largest;
}

/** The published formula, written out in the plainest way: every weight of every sample (torchaudio documentation). */
function directly(source: Float32Array, from: number, to: number): number[] {
  const cutoff = Math.min(from, to) * 0.99;
  return Array.from({ length: Math.ceil((source.length * to) / from) }, (_, n) => {
    let sum = 0;
    for (const [i, value] of source.entries()) {
      const t = (i / from - n / to) * cutoff;
      if (Math.abs(t) >= 6) continue;
      const sinc = t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
      sum += (value * sinc * Math.cos((Math.PI * t) / 12) ** 2 * cutoff) / from;
    }
    return sum;
  });
}

describe('resampling', () => {
  it.each([
    [44_100, 48_000],
    [48_000, 44_100],
    [8000, 22_050],
    [22_050, 8000],
    [3, 7],
  ])('from %d to %d Hz is the windowed sinc interpolation', async (from, to) => {
    const source = tone(from / 9, from, 60);
    const { waveform, sampleRate } = await resampleAudio(source, to);
    const expected = directly(source.waveform.data, from, to);
    expect(sampleRate).toBe(to);
    expect([...waveform.data]).toEqual(expected.map(value => expect.closeTo(value, 5)));
  });

  it('keeps a tone and its pitch', async () => {
    const result = await resampleAudio(tone(440, 44_100, 44_100), 48_000);
    expect(result.waveform.dims).toEqual([1, 1, 48_000]);
    expect(innerDifference(result, tone(440, 48_000, 48_000))).toBeLessThan(1e-3);
  });

  it('removes what the lower rate cannot hold', async () => {
    const { waveform } = await resampleAudio(tone(15_000, 44_100, 44_100), 16_000);
    expect(Math.max(...waveform.data.subarray(100, -100))).toBeLessThan(0.01);
  });

  it('leaves a clip alone that has the rate, and treats channels apart', async () => {
    const source = tone(440, 8000, 10);
    expect(await resampleAudio(source, 8000)).toBe(source);
    const stereo = { waveform: { data: new Float32Array([1, 1, 1, 1, 0, 0, 0, 0]), dims: [1, 2, 4] }, sampleRate: 4 };
    const { waveform } = await resampleAudio(stereo, 8);
    expect([...waveform.data.subarray(8)]).toEqual(Array(8).fill(0));
  });

  it('takes an empty clip, and refuses rates that are none', async () => {
    expect((await resampleAudio(tone(1, 8000, 0), 16_000)).waveform.dims).toEqual([1, 1, 0]);
    for (const rate of [0, -1, 1.5, Number.NaN, 1e9]) {
      await expect(resampleAudio(tone(1, 8000, 4), rate)).rejects.toThrow(/sample rate/);
    }
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const running = resampleAudio(tone(1, 8000, 600_000), 16_000, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toThrow(/abort/i);
  });
});

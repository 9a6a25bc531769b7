// Sound made, cut and scaled (golden cases EmptyAudio, TrimAudioDuration, SplitAudioChannels, AudioAdjustVolume).
import { EngineError } from '../../errors.ts';
import { type AudioClip, audioShape, buildClip, channelOf, checkSampleRate, maxSamples } from './audio-clip.ts';

export interface SilenceOptions {
  readonly seconds: number;
  readonly sampleRate: number;
  readonly channels: number;
}

/** One item of silence. @throws EngineError INVALID_ARGUMENT for what cannot be held. */
export function silence({ seconds, sampleRate, channels }: SilenceOptions): AudioClip {
  checkSampleRate(sampleRate);
  const samples = Math.round(seconds * sampleRate);
  if (!(samples >= 0 && samples * channels <= maxSamples)) {
    const expected = `between 0 and ${Math.floor(maxSamples / channels / sampleRate)} seconds at this sample rate`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The duration', expected, actual: seconds });
  }
  return buildClip({ batch: 1, channels, samples }, sampleRate, () => undefined);
}

export interface TrimOptions {
  /** Seconds from the start, or from the end when negative. */
  readonly start: number;
  /** Seconds; what lies beyond the end does not count. */
  readonly duration: number;
}

/** A part of a clip. @throws EngineError INVALID_ARGUMENT when nothing is left. */
export function trimAudio(clip: AudioClip, { start, duration }: TrimOptions): AudioClip {
  const { batch, channels, samples } = audioShape(clip);
  const { sampleRate } = clip;
  const offset = Math.round(start * sampleRate);
  const first = Math.min(Math.max(offset < 0 ? samples + offset : offset, 0), Math.max(samples - 1, 0));
  const end = Math.min(first + Math.round(duration * sampleRate), samples);
  if (!(first < end)) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The part of the audio',
      expected: `longer than nothing and inside of its ${samples / sampleRate} seconds`,
      actual: `${duration} seconds from ${start}`,
    });
  }
  return buildClip({ batch, channels, samples: end - first }, sampleRate, (target, item, channel) => {
    target.set(channelOf(clip, item, channel).subarray(first, end));
  });
}

/** Left and right channel as clips of one channel. @throws EngineError INVALID_ARGUMENT unless there are two channels. */
export function splitStereo(clip: AudioClip): readonly [left: AudioClip, right: AudioClip] {
  const { batch, channels, samples } = audioShape(clip);
  if (channels !== 2) {
    const expected = 'stereo (2 channels) to be split';
    throw new EngineError('INVALID_ARGUMENT', { name: 'The audio', expected, actual: `of ${channels} channel(s)` });
  }
  const side = (channel: number): AudioClip =>
    buildClip({ batch, channels: 1, samples }, clip.sampleRate, (target, item) => {
      target.set(channelOf(clip, item, channel));
    });
  return [side(0), side(1)];
}

/** Louder or softer by so many decibels. */
export function amplifyAudio(clip: AudioClip, decibels: number): AudioClip {
  audioShape(clip);
  if (decibels === 0) return clip;
  const gain = 10 ** (decibels / 20);
  const { data, dims } = clip.waveform;
  return { ...clip, waveform: { data: data.map(value => value * gain), dims } };
}

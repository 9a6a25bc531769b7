// Two clips made one: one after the other, or one over the other (golden cases AudioConcat, AudioMerge). Where their sample rates
// differ, the lower one is raised, so that nothing is lost.
import { EngineError } from '../../errors.ts';
import { type AudioClip, type AudioShape, audioShape, buildClip, channelOf } from './audio-clip.ts';
import { type ResampleAudioOptions, resampleAudio } from './resample-audio.ts';

/** The clips one after the other; mono becomes stereo. @throws EngineError INVALID_ARGUMENT for batches that do not fit. */
export async function concatAudio(
  first: AudioClip,
  second: AudioClip,
  options: ResampleAudioOptions = {},
): Promise<AudioClip> {
  const [a, b] = await atOneRate(asStereo(first), asStereo(second), options);
  const [left, right] = [audioShape(a), audioShape(b)];
  const batch = commonSize('batch items', left.batch, right.batch);
  const channels = commonSize('channels', left.channels, right.channels);
  const samples = left.samples + right.samples;
  return buildClip({ batch, channels, samples }, a.sampleRate, (target, item, channel) => {
    target.set(sourceOf(a, left, item, channel));
    target.set(sourceOf(b, right, item, channel), left.samples);
  });
}

const operations = {
  add: (a: number, b: number) => a + b,
  mean: (a: number, b: number) => (a + b) / 2,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
} as const;

export type AudioMergeMethod = keyof typeof operations;

export const audioMergeMethods = ['add', 'mean', 'subtract', 'multiply'] as const satisfies AudioMergeMethod[];

/**
 * The second clip over the first, as long as the first: silence is added to the second or its end cut. When the result is louder
 * than 1 anywhere, all of it becomes softer. @throws EngineError INVALID_ARGUMENT for batches or channels that do not fit.
 */
export async function mergeAudio(
  first: AudioClip,
  second: AudioClip,
  method: AudioMergeMethod,
  options: ResampleAudioOptions = {},
): Promise<AudioClip> {
  const [a, b] = await atOneRate(first, second, options);
  const [left, right] = [audioShape(a), audioShape(b)];
  const batch = commonSize('batch items', left.batch, right.batch);
  const channels = commonSize('channels', left.channels, right.channels);
  const operation = operations[method];
  const merged = buildClip({ batch, channels, samples: left.samples }, a.sampleRate, (target, item, channel) => {
    const over = sourceOf(b, right, item, channel);
    const under = sourceOf(a, left, item, channel);
    for (let index = 0; index < target.length; index++) target[index] = operation(under[index]!, over[index] ?? 0);
  });
  return withinUnit(merged);
}

function withinUnit(clip: AudioClip): AudioClip {
  const { data, dims } = clip.waveform;
  const peak = data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return peak > 1 ? { ...clip, waveform: { data: data.map(value => value / peak), dims } } : clip;
}

async function atOneRate(
  first: AudioClip,
  second: AudioClip,
  options: ResampleAudioOptions,
): Promise<readonly [AudioClip, AudioClip]> {
  const rate = Math.max(first.sampleRate, second.sampleRate);
  return [await resampleAudio(first, rate, options), await resampleAudio(second, rate, options)];
}

function asStereo(clip: AudioClip): AudioClip {
  const shape = audioShape(clip);
  if (shape.channels !== 1) return clip;
  return buildClip({ ...shape, channels: 2 }, clip.sampleRate, (target, item) => target.set(channelOf(clip, item, 0)));
}

/** A single item or channel serves for all of the other clip. */
function sourceOf(clip: AudioClip, shape: AudioShape, item: number, channel: number): Float32Array {
  return channelOf(clip, Math.min(item, shape.batch - 1), Math.min(channel, shape.channels - 1));
}

function commonSize(what: string, first: number, second: number): number {
  if (first === second || second === 1) return first;
  if (first === 1) return second;
  throw new EngineError('INVALID_ARGUMENT', {
    name: `The number of ${what} of two clips`,
    expected: 'equal, or 1 in one of them',
    actual: `${first} and ${second}`,
  });
}

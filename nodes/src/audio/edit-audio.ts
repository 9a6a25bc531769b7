// Nodes that make, cut and join sound.
import {
  amplifyAudio,
  audioMergeMethods,
  concatAudio,
  mergeAudio,
  silence,
  splitStereo,
  trimAudio,
} from '@snug/engine';
import { audio, combo, defineNode, float, int } from '@snug/execution';
import { JsonFloat } from '@snug/protocol';
import { audioOf, clipOf } from './audio-values.ts';

const pythonModule = 'comfy_extras.nodes_audio';
const BIGGEST = 18_446_744_073_709_551_615n;

export const EmptyAudio = defineNode({
  id: 'EmptyAudio',
  displayName: 'Empty Audio',
  category: 'audio',
  pythonModule,
  inputs: {
    duration: float({ default: 60, min: 0, max: BIGGEST, step: 0.01, tooltip: 'Length in seconds.' }),
    sample_rate: int({ default: 44_100, tooltip: 'Samples per second.' }),
    channels: int({ default: 2, min: 1, max: 2, tooltip: '1 is mono, 2 is stereo.' }),
  },
  outputs: [audio()],
  execute: ({ duration, sample_rate, channels }) => [
    audioOf(silence({ seconds: duration, sampleRate: sample_rate, channels })),
  ],
});

export const TrimAudioDuration = defineNode({
  id: 'TrimAudioDuration',
  displayName: 'Trim Audio Duration',
  category: 'audio',
  description: 'Keeps a part of the sound and drops the rest.',
  pythonModule,
  inputs: {
    audio: audio(),
    start_index: float({
      default: 0,
      min: -BIGGEST,
      max: BIGGEST,
      step: 0.01,
      tooltip: 'Where the part starts, in seconds. Negative numbers count from the end.',
    }),
    duration: float({ default: 60, min: 0, step: 0.01, tooltip: 'How long the part is, in seconds.' }),
  },
  outputs: [audio()],
  execute: ({ audio, start_index, duration }) => [audioOf(trimAudio(clipOf(audio), { start: start_index, duration }))],
});

export const SplitAudioChannels = defineNode({
  id: 'SplitAudioChannels',
  displayName: 'Split Audio Channels',
  category: 'audio',
  description: 'Makes two mono sounds of a stereo one.',
  pythonModule,
  inputs: { audio: audio() },
  outputs: [audio({ name: 'left' }), audio({ name: 'right' })],
  execute({ audio }) {
    const [left, right] = splitStereo(clipOf(audio));
    return [audioOf(left), audioOf(right)];
  },
});

export const AudioConcat = defineNode({
  id: 'AudioConcat',
  displayName: 'Audio Concat',
  category: 'audio',
  description: 'Plays one sound after the other.',
  pythonModule,
  inputs: {
    audio1: audio(),
    audio2: audio(),
    direction: combo(['after', 'before'] as const, {
      default: 'after',
      tooltip: 'Whether audio2 comes after audio1 or before it.',
    }),
  },
  outputs: [audio()],
  async execute({ audio1, audio2, direction }, { signal }) {
    const [first, second] = direction === 'after' ? [audio1, audio2] : [audio2, audio1];
    return [audioOf(await concatAudio(clipOf(first), clipOf(second), { signal }))];
  },
});

export const AudioMerge = defineNode({
  id: 'AudioMerge',
  displayName: 'Audio Merge',
  category: 'audio',
  description: 'Plays two sounds at the same time, for as long as the first one lasts.',
  pythonModule,
  inputs: {
    audio1: audio(),
    audio2: audio(),
    merge_method: combo(audioMergeMethods, { tooltip: 'How each pair of samples becomes one.' }),
  },
  outputs: [audio()],
  execute: async ({ audio1, audio2, merge_method }, { signal }) => [
    audioOf(await mergeAudio(clipOf(audio1), clipOf(audio2), merge_method, { signal })),
  ],
});

export const AudioAdjustVolume = defineNode({
  id: 'AudioAdjustVolume',
  displayName: 'Audio Adjust Volume',
  category: 'audio',
  pythonModule,
  inputs: {
    audio: audio(),
    volume: int({
      default: new JsonFloat(1),
      min: -100,
      max: 100,
      tooltip: 'Change in decibels: 0 is none, 6 is about twice as loud, -6 half.',
    }),
  },
  outputs: [audio()],
  execute: ({ audio, volume }) => [audioOf(amplifyAudio(clipOf(audio), volume))],
});

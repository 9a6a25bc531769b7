// Sound edited as the reference edits it: golden cases of its audio nodes.
import { describe, expect, it } from 'vitest';
import type { AudioClip } from '../src/media/audio/audio-clip.ts';
import { amplifyAudio, splitStereo, trimAudio } from '../src/media/audio/edit-audio.ts';
import { type AudioMergeMethod, concatAudio, mergeAudio } from '../src/media/audio/join-audio.ts';
import { goldenCases, maxDifference, openGolden } from './golden-files.ts';

interface Params {
  readonly 'in.start_index'?: number;
  readonly 'in.duration'?: number;
  readonly 'in.direction'?: string;
  readonly 'in.merge_method'?: AudioMergeMethod;
  readonly 'in.volume'?: number;
}

type Clips = readonly [AudioClip, AudioClip?];

/** What each node does with its clips. */
const operations: Readonly<Record<string, (clips: Clips, params: Params) => Promise<readonly AudioClip[]>>> = {
  TrimAudioDuration: async ([clip], params) => [
    trimAudio(clip, { start: params['in.start_index'] ?? 0, duration: params['in.duration'] ?? 0 }),
  ],
  SplitAudioChannels: async ([clip]) => splitStereo(clip),
  AudioAdjustVolume: async ([clip], params) => [amplifyAudio(clip, params['in.volume'] ?? 0)],
  AudioConcat: async ([a, b = a], params) => [
    params['in.direction'] === 'after' ? await concatAudio(a, b) : await concatAudio(b, a),
  ],
  AudioMerge: async ([a, b = a], params) => [await mergeAudio(a, b, params['in.merge_method'] ?? 'add')],
};

describe.each(Object.entries(operations))('%s', (name, operate) => {
  it.each(goldenCases<Params>('audio', name))('gives what was recorded: $case', async goldenCase => {
    const file = await openGolden('audio', goldenCase.file);
    const names = [...file.tensors.keys()];
    const inputs = names.filter(tensor => tensor.startsWith('in.')).sort();
    const clips = await Promise.all(
      inputs.map(async tensor => ({ waveform: await file.readTensor(tensor), sampleRate: 8000 })),
    );
    const results = await operate(clips as unknown as Clips, goldenCase.params);
    for (const [index, { waveform, sampleRate }] of results.entries()) {
      const expected = await file.readTensor(`out.${index}.waveform`);
      expect(waveform.dims).toEqual(expected.dims);
      expect(maxDifference(waveform.data, expected.data)).toBeLessThan(goldenCase.tolerance_suggested);
      expect(sampleRate).toBe(8000);
    }
    expect(results).toHaveLength(names.length - inputs.length);
  });
});

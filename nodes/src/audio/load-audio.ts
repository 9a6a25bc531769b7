// Nodes that read a sound file, or the sound of a video file.
import { decodeAudio } from '@snug/engine';
import { audio, combo, custom, defineNode } from '@snug/execution';
import { checkFile } from '../files/file-choice.ts';
import { isMediaName, mediaFingerprint, mediaPath } from '../files/media-file.ts';
import type { NodeFiles } from '../node-types.ts';
import { audioOf } from './audio-values.ts';

const pythonModule = 'comfy_extras.nodes_audio';

export const LoadAudio = defineNode({
  id: 'LoadAudio',
  displayName: 'Load Audio',
  category: 'audio',
  pythonModule,
  inputs: env => ({ audio: combo(env.inputFiles().filter(isMediaName), { audio_upload: true }) }),
  outputs: [audio()],
  validate: { names: ['audio'], check: ({ audio }, _, { files }) => checkFile(audio, files, { kind: 'audio' }) },
  fingerprint: ({ audio }, _, { files }) => mediaFingerprint(audio, files, 'audio'),
  execute: async ({ audio }, { services, signal }) => [await loadAudio(audio, services.files, signal)],
});

/** What was recorded comes as an upload, too; the input holds its name. */
export const RecordAudio = defineNode({
  id: 'RecordAudio',
  displayName: 'Record Audio',
  category: 'audio',
  pythonModule,
  inputs: { audio: custom<string>('AUDIO_RECORD', {}) },
  outputs: [audio()],
  fingerprint: ({ audio }, _, { files }) => mediaFingerprint(audio, files, 'audio'),
  execute: async ({ audio }, { services, signal }) => [await loadAudio(audio, services.files, signal)],
});

async function loadAudio(name: string, files: NodeFiles, signal: AbortSignal) {
  return audioOf(await decodeAudio(await mediaPath(name, files, 'audio'), { name, signal }));
}

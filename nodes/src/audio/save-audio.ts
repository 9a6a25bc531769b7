// Nodes that write sound: one file for each item of a batch, with the workflow inside.
import { type AudioFormat, audioShape, type EncodeAudioOptions, encodeAudio } from '@snug/engine';
import { audio, combo, defineNode, type HiddenValues, type NodeContext, out, string } from '@snug/execution';
import type { FilePlace } from '@snug/protocol';
import { pngTexts } from '../files/png-metadata.ts';
import { previewState } from '../files/save-image.ts';
import type { Audio } from '../node-types.ts';
import { clipOf } from './audio-values.ts';

const shared = {
  category: 'audio',
  pythonModule: 'comfy_extras.nodes_audio',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  outputs: [],
} as const;

const DEFAULT_PREFIX = 'audio/ComfyUI';

export const SaveAudio = defineNode({
  ...shared,
  id: 'SaveAudio',
  displayName: 'Save Audio (FLAC)',
  inputs: { audio: audio(), filename_prefix: string({ default: DEFAULT_PREFIX }) },
  execute: ({ audio, filename_prefix }, context) =>
    saveAudio(audio, { place: 'output', prefix: filename_prefix, format: 'flac' }, context),
});

export const SaveAudioMP3 = defineNode({
  ...shared,
  id: 'SaveAudioMP3',
  displayName: 'Save Audio (MP3)',
  inputs: {
    audio: audio(),
    filename_prefix: string({ default: DEFAULT_PREFIX }),
    quality: combo(['V0', '128k', '320k'] as const, { default: 'V0' }),
  },
  execute: ({ audio, filename_prefix, quality }, context) =>
    saveAudio(
      audio,
      {
        place: 'output',
        prefix: filename_prefix,
        format: 'mp3',
        bitRate: quality === 'V0' ? 'best' : bitRateOf(quality),
      },
      context,
    ),
});

export const SaveAudioOpus = defineNode({
  ...shared,
  id: 'SaveAudioOpus',
  displayName: 'Save Audio (Opus)',
  inputs: {
    audio: audio(),
    filename_prefix: string({ default: DEFAULT_PREFIX }),
    quality: combo(['64k', '96k', '128k', '192k', '320k'] as const, { default: '128k' }),
  },
  execute: ({ audio, filename_prefix, quality }, context) =>
    saveAudio(
      audio,
      { place: 'output', prefix: filename_prefix, format: 'opus', bitRate: bitRateOf(quality) },
      context,
    ),
});

export const PreviewAudio = defineNode({
  ...shared,
  id: 'PreviewAudio',
  displayName: 'Preview Audio',
  inputs: { audio: audio() },
  state: previewState,
  execute: ({ audio }, context) =>
    saveAudio(audio, { place: 'temp', prefix: context.state.prefix, format: 'flac' }, context),
});

/** `128k` to bits per second. */
const bitRateOf = (quality: string): number => Number.parseInt(quality, 10) * 1000;

interface SaveOptions extends Pick<EncodeAudioOptions, 'bitRate'> {
  readonly place: FilePlace;
  readonly prefix: string;
  readonly format: AudioFormat;
}

type SaveContext = Pick<NodeContext, 'services' | 'signal'> & {
  readonly hidden: Pick<HiddenValues, 'prompt' | 'extraPngInfo'>;
};

/** Writes each item of a batch and answers what the user interface plays. */
async function saveAudio(audio: Audio, { place, prefix, ...encoding }: SaveOptions, context: SaveContext) {
  const { services, signal, hidden } = context;
  const clip = clipOf(audio);
  const { batch, channels, samples } = audioShape(clip);
  const what = { count: batch, extension: encoding.format, width: 0, height: 0 };
  const references = await services.files.newFiles(place, prefix, what);
  const texts = services.settings.disableMetadata ? [] : pngTexts(hidden);
  for (const [item, reference] of references.entries()) {
    const size = channels * samples;
    const data = clip.waveform.data.subarray(item * size, (item + 1) * size);
    const one = { ...clip, waveform: { data, dims: [1, channels, samples] } };
    await services.files.writeWith(reference, path => encodeAudio(one, { path, texts, signal, ...encoding }));
  }
  return out({ ui: { audio: references.map(reference => ({ ...reference })) } });
}

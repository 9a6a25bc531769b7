// Nodes that write videos. Frames go to the encoder one by one; the file takes its name when it is complete.
import { frameRateOf, type SaveVideoOptions, saveVideo, type Video, videoSize } from '@snug/engine';
import {
  combo,
  defineNode,
  float,
  type HiddenValues,
  image,
  type NodeContext,
  out,
  string,
  video,
} from '@snug/execution';
import { pngTexts } from '../files/png-metadata.ts';

const shared = {
  wire: 'v3',
  category: 'image/video',
  pythonModule: 'comfy_extras.nodes_video',
  outputNode: true,
  hidden: ['prompt', 'extraPngInfo'],
  outputs: [],
} as const;

export const SaveWEBM = defineNode({
  ...shared,
  id: 'SaveWEBM',
  experimental: true,
  inputs: {
    images: image(),
    filename_prefix: string({ default: 'ComfyUI', multiline: false }),
    codec: combo(['vp9', 'av1'] as const),
    fps: float({ default: 24, min: 0.01, max: 1000, step: 0.01 }),
    crf: float({
      tooltip: 'Lower numbers look better and make larger files.',
      default: 32,
      min: 0n,
      max: 63,
      step: 1n,
    }),
  },
  execute: ({ images, filename_prefix, codec, fps, crf }, context) => {
    const frames: Video = { source: 'components', components: { images, audio: null, frameRate: frameRateOf(fps) } };
    return saveFile(frames, filename_prefix, { format: 'webm', codec, crf }, context);
  },
});

export const SaveVideo = defineNode({
  ...shared,
  id: 'SaveVideo',
  displayName: 'Save Video',
  description: 'Writes the video into the output folder, with the workflow inside.',
  inputs: {
    video: video({ tooltip: 'The video.' }),
    filename_prefix: string({
      tooltip:
        'Start of the file name. A / makes a sub-folder; %width%, %height%, %year%, %month%, %day%, %hour%, %minute% and %second% are filled in.',
      default: 'video/ComfyUI',
      multiline: false,
    }),
    format: combo(['auto', 'mp4'] as const, { tooltip: 'Kind of file; auto is MP4.', default: 'auto' }),
    codec: combo(['auto', 'h264'] as const, {
      tooltip: 'How pictures are compressed; auto is H.264. Files that are so already are copied without loss.',
      default: 'auto',
    }),
  },
  execute: ({ video, filename_prefix }, context) =>
    saveFile(video, filename_prefix, { format: 'mp4', codec: 'h264' }, context),
});

type SaveContext = Pick<NodeContext, 'services' | 'signal'> & {
  readonly hidden: Pick<HiddenValues, 'prompt' | 'extraPngInfo'>;
};

async function saveFile(
  video: Video,
  prefix: string,
  encoding: Pick<SaveVideoOptions, 'format' | 'codec' | 'crf'>,
  { services, signal, hidden }: SaveContext,
) {
  const { files, settings } = services;
  const size = await videoSize(video);
  const references = await files.newFiles('output', prefix, { count: 1, extension: encoding.format, ...size });
  const texts = settings.disableMetadata ? [] : pngTexts(hidden);
  for (const reference of references) {
    await files.writeWith(reference, path => saveVideo(video, { path, texts, signal, ...encoding }));
  }
  return out({ ui: { images: references.map(reference => ({ ...reference })), animated: [true] } });
}

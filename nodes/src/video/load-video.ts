// Nodes that read a video, make one of pictures and sound, and take one apart.
import { frameRateOf, framesPerSecond, videoComponents } from '@snug/engine';
import { audio, combo, defineNode, float, image, video } from '@snug/execution';
import { audioOf, clipOf } from '../audio/audio-values.ts';
import { checkFile } from '../files/file-choice.ts';
import { isVideoName, mediaFingerprint, mediaPath } from '../files/media-file.ts';

const shared = { wire: 'v3', category: 'image/video', pythonModule: 'comfy_extras.nodes_video' } as const;

export const CreateVideo = defineNode({
  ...shared,
  id: 'CreateVideo',
  displayName: 'Create Video',
  description: 'Makes a video of pictures, with sound if there is any.',
  inputs: {
    images: image({ tooltip: 'The frames, in their order.' }),
    fps: float({ default: 30, min: 1, max: 120, step: 1 }),
    audio: audio({ optional: true, tooltip: 'Plays along; what is longer than the pictures is cut.' }),
  },
  outputs: [video()],
  execute: ({ images, fps, audio }) => [
    {
      source: 'components',
      components: { images, audio: audio === undefined ? null : clipOf(audio), frameRate: frameRateOf(fps) },
    },
  ],
});

export const GetVideoComponents = defineNode({
  ...shared,
  id: 'GetVideoComponents',
  displayName: 'Get Video Components',
  description: 'Takes a video apart: its frames, its sound and how fast it plays.',
  inputs: { video: video({ tooltip: 'The video.' }) },
  outputs: [image({ name: 'images' }), audio({ name: 'audio' }), float({ name: 'fps' })],
  async execute({ video }, { signal }) {
    const { images, audio, frameRate } = await videoComponents(video, { signal });
    // A video without sound gives no sound at all; who needs some says so.
    return [images, (audio === null ? null : audioOf(audio)) as never, framesPerSecond(frameRate)];
  },
});

export const LoadVideo = defineNode({
  ...shared,
  id: 'LoadVideo',
  displayName: 'Load Video',
  inputs: env => ({ file: combo(env.inputFiles().filter(isVideoName), { video_upload: true }) }),
  outputs: [video()],
  validate: { names: ['file'], check: ({ file }, _, { files }) => checkFile(file, files, { kind: 'video' }) },
  fingerprint: ({ file }, _, { files }) => mediaFingerprint(file, files, 'video'),
  execute: async ({ file }, { services }) => [
    { source: 'file', path: await mediaPath(file, services.files, 'video'), name: file },
  ],
});

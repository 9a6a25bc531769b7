// Videos between nodes: either a file that is decoded when somebody asks, or pictures and sound that were made here. The facts that
// can be told without decoding everything are told from here.
import { EngineError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { AudioClip } from '../audio/audio-clip.ts';
import { type DecodeMediaOptions, readAudio } from '../audio/decode-audio.ts';
import { openAvInput } from '../av-input.ts';
import { type FrameRate, streamFrameRate } from './frame-rate.ts';
import { readFrames } from './read-frames.ts';

export interface VideoComponents {
  /** [frames, height, width, 3 or 4], 0..1. */
  readonly images: Tensor;
  readonly audio: AudioClip | null;
  readonly frameRate: FrameRate;
}

/** A file is named by its path; `name` is what messages call it. */
export type Video =
  | { readonly source: 'components'; readonly components: VideoComponents }
  | { readonly source: 'file'; readonly path: string; readonly name: string };

export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a frame. @throws EngineError MEDIA_UNREADABLE or MEDIA_STREAM_MISSING. */
export async function videoSize(video: Video): Promise<VideoSize> {
  if (video.source === 'components') {
    const { height, width } = imageShape(video.components.images);
    return { width, height };
  }
  const input = await openAvInput(video.path, { name: video.name });
  try {
    const { width, height } = input.requiredStream('video').codecpar;
    return { width, height };
  } finally {
    await input.close();
  }
}

/** All frames and the sound. @throws EngineError MEDIA_UNREADABLE, MEDIA_STREAM_MISSING, MEDIA_TOO_LARGE. */
export async function videoComponents(
  video: Video,
  options: Omit<DecodeMediaOptions, 'name'> = {},
): Promise<VideoComponents> {
  if (video.source === 'components') return video.components;
  const settings = { ...options, name: video.name };
  const pictures = await openAvInput(video.path, settings);
  try {
    const stream = pictures.requiredStream('video');
    const frameRate = streamFrameRate(stream);
    const images = await readFrames(pictures, stream, settings);
    return { images, audio: await soundOf(video.path, settings), frameRate };
  } finally {
    await pictures.close();
  }
}

/** The sound is read in a pass of its own, so that the packets of neither stream wait in memory. */
async function soundOf(path: string, options: DecodeMediaOptions): Promise<AudioClip | null> {
  const input = await openAvInput(path, options);
  try {
    return input.stream('audio') === undefined ? null : await readAudio(input, options);
  } finally {
    await input.close();
  }
}

/** @throws EngineError INVALID_ARGUMENT when the tensor holds no frames. */
export function imageShape({ data, dims }: Tensor): VideoSize & { readonly frames: number; readonly channels: number } {
  const [frames = 0, height = 0, width = 0, channels = 0] = dims;
  const isImage = dims.length === 4 && data.length === frames * height * width * channels;
  if (!isImage || data.length === 0 || ![1, 3, 4].includes(channels)) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The frames of a video',
      expected: 'of the shape [frames, height, width, channels] with at least one pixel and 1, 3 or 4 channels',
      actual: `[${dims}]`,
    });
  }
  return { frames, height, width, channels };
}

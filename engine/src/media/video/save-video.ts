// Videos to files: frames and sound are encoded side by side; a file that already is what was asked for is copied packet by
// packet, without loss.
import type { AudioClip } from '../audio/audio-clip.ts';
import { readAudio } from '../audio/decode-audio.ts';
import { audioTrack } from '../audio/encode-audio.ts';
import { type AvInput, type AvStream, openAvInput } from '../av-input.ts';
import { type Av, loadAv } from '../av-library.ts';
import { type EncodedTrack, type MediaOutputOptions, writeContainer, writeTracks } from '../av-output.ts';
import { type ByteImage, imageToBytes } from '../byte-image.ts';
import { type FrameRate, streamFrameRate } from './frame-rate.ts';
import { rgbFrames } from './read-frames.ts';
import { imageShape, type Video, type VideoSize } from './video.ts';
import { type VideoCodec, videoTrack } from './video-encoder.ts';

export interface SaveVideoOptions extends Omit<MediaOutputOptions, 'format'> {
  readonly format: 'mp4' | 'webm';
  readonly codec: VideoCodec;
  /** Constant rate factor, smaller is better; default that of the encoder. */
  readonly crf?: number;
  /** Called after each frame that was handed to the encoder. */
  readonly onFrame?: (count: number) => void;
}

/** Bits per second of AAC sound. */
const soundBitRate = 192_000;

/** Writes a video to `path`. @throws EngineError MEDIA_UNREADABLE, MEDIA_ENCODING_FAILED, INVALID_ARGUMENT, AV_LIBRARY_MISSING. */
export async function saveVideo(video: Video, options: SaveVideoOptions): Promise<void> {
  const av = await loadAv();
  if (video.source === 'components') {
    const { images, audio, frameRate } = video.components;
    const { frames, width, height } = imageShape(images);
    const sound = audio === null ? null : soundDuring(audio, frames, frameRate);
    await encode(av, { images: picturesOf(images), audio: sound, frameRate, width, height }, options);
    return;
  }
  const input = await openAvInput(video.path, { name: video.name, signal: options.signal });
  try {
    const stream = input.requiredStream('video');
    const sound = input.stream('audio');
    if (canBeCopied(av, stream, sound, options)) await copyPackets(input, stream, sound, options);
    else await encode(av, await decodedSource(input, stream, video), options);
  } finally {
    await input.close();
  }
}

interface Source extends VideoSize {
  readonly images: AsyncIterable<ByteImage> | Iterable<ByteImage>;
  readonly audio: AudioClip | null;
  readonly frameRate: FrameRate;
}

async function encode(av: Av, source: Source, { codec, crf, onFrame, ...output }: SaveVideoOptions): Promise<void> {
  const { width, height, frameRate, audio } = source;
  const images = countFrames(source.images, onFrame);
  const tracks: EncodedTrack[] = [await videoTrack(av, images, { codec, width, height, frameRate, crf })];
  try {
    if (audio !== null) {
      const format = output.format === 'mp4' ? 'aac' : 'opus';
      tracks.push(await audioTrack(av, audio, format, { bitRate: soundBitRate, signal: output.signal }));
    }
  } catch (cause) {
    for (const { encoder } of tracks) encoder.freeContext();
    throw cause;
  }
  await writeTracks(av, output, tracks);
}

async function* countFrames(images: Source['images'], onFrame?: (count: number) => void): AsyncGenerator<ByteImage> {
  let count = 0;
  for await (const image of images) {
    yield image;
    onFrame?.(++count);
  }
}

function* picturesOf(images: Parameters<typeof imageToBytes>[0]): Generator<ByteImage> {
  const [frames = 0] = images.dims;
  for (let index = 0; index < frames; index++) yield imageToBytes(images, index);
}

/** The sound up to the end of the last frame; null when there is none. */
function soundDuring({ waveform, sampleRate }: AudioClip, frames: number, { num, den }: FrameRate): AudioClip | null {
  const [, channels = 0, samples = 0] = waveform.dims;
  const length = Math.min(samples, Math.ceil((frames * den * sampleRate) / num));
  if (length === 0) return null;
  const data = new Float32Array(channels * length);
  for (let channel = 0; channel < channels; channel++) {
    data.set(waveform.data.subarray(channel * samples, channel * samples + length), channel * length);
  }
  return { waveform: { data, dims: [1, channels, length] }, sampleRate };
}

async function decodedSource(input: AvInput, stream: AvStream, video: Video & { source: 'file' }): Promise<Source> {
  const { width, height } = stream.codecpar;
  const images = rgbFrames(input, stream);
  const frameRate = streamFrameRate(stream);
  if (input.stream('audio') === undefined) return { images, audio: null, frameRate, width, height };
  const sound = await openAvInput(video.path, { name: video.name });
  try {
    return { images, audio: await readAudio(sound), frameRate, width, height };
  } finally {
    await sound.close();
  }
}

/** Sound that may stay as it is in an MP4 file. */
const mp4Sound = ['aac', 'mp3', 'opus', 'flac', 'ac3', 'alac'];

function canBeCopied(av: Av, stream: AvStream, sound: AvStream | undefined, options: SaveVideoOptions): boolean {
  if (options.format !== 'mp4' || av.avGetCodecName(stream.codecpar.codecId) !== options.codec) return false;
  return sound === undefined || mp4Sound.includes(av.avGetCodecName(sound.codecpar.codecId) ?? '');
}

async function copyPackets(
  input: AvInput,
  stream: AvStream,
  sound: AvStream | undefined,
  options: SaveVideoOptions,
): Promise<void> {
  const kept = sound === undefined ? [stream] : [stream, sound];
  const streams = kept.map(({ codecpar, timeBase }) => ({
    timeBase,
    describe(parameters: AvStream['codecpar']) {
      codecpar.copy(parameters);
      parameters.codecTag = 0; // tags differ between containers
    },
  }));
  await writeContainer(input.av, options, streams, async output => {
    for await (const packet of input.packets()) {
      const index = kept.findIndex(({ index }) => index === packet.streamIndex);
      if (index >= 0) await output.write(index, packet, kept[index]!.timeBase);
    }
  });
}

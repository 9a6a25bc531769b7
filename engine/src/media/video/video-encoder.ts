// Frames to H.264, VP9 and AV1. Pictures are converted to YUV 4:2:0 by the BT.709 matrix and the file says so, so that every
// player shows the colours that were saved. Pictures are handed over one at a time: the encoder keeps only those it looks ahead to.
import { EngineError } from '../../errors.ts';
import type { AvFrame } from '../av-input.ts';
import type { Av } from '../av-library.ts';
import { type AvEncoder, checkAv, openEncoder } from '../av-output.ts';
import type { ByteImage } from '../byte-image.ts';
import { type FrameRate, framesPerSecond } from './frame-rate.ts';
import type { VideoSize } from './video.ts';

export type VideoCodec = 'h264' | 'vp9' | 'av1';

export interface VideoTrackOptions extends VideoSize {
  readonly codec: VideoCodec;
  readonly frameRate: FrameRate;
  /** Constant rate factor, smaller is better; default that of the encoder. */
  readonly crf?: number | undefined;
  /** The encoder's own name of a speed, where another than the usual one is wanted. */
  readonly preset?: string;
}

interface CodecFacts {
  readonly encoder: string;
  /** Width and height must be multiples of it. */
  readonly multiple: number;
  /** Smaller pictures are padded: the AV1 encoder never comes back from them. */
  readonly minSide: number;
  readonly maxSide: number;
  readonly maxFramesPerSecond: number;
  readonly options: Readonly<Record<string, string | number>>;
}

const codecs: Readonly<Record<VideoCodec, CodecFacts>> = {
  h264: { encoder: 'libx264', multiple: 2, minSide: 2, maxSide: 16_384, maxFramesPerSecond: 1000, options: {} },
  // Without a bit rate the rate factor alone decides; the speeds are the fast end of what is recommended for files.
  vp9: {
    encoder: 'libvpx-vp9',
    multiple: 1,
    minSide: 1,
    maxSide: 16_384,
    maxFramesPerSecond: 1000,
    options: { 'row-mt': 1, 'cpu-used': 4 },
  },
  av1: {
    encoder: 'libsvtav1',
    multiple: 2,
    minSide: 32,
    maxSide: 8192,
    maxFramesPerSecond: 240,
    options: { preset: 8 },
  },
};

/** Frames as a track for `writeTracks`. A size that the codec cannot take grows by lines and columns that repeat the last one. */
export async function videoTrack(
  av: Av,
  images: AsyncIterable<ByteImage> | Iterable<ByteImage>,
  { codec, width, height, frameRate, crf, preset }: VideoTrackOptions,
): Promise<{ encoder: AvEncoder; frames: AsyncIterable<AvFrame> }> {
  const { encoder: name, multiple, minSide, options } = codecs[codec];
  checkLimits(codec, { width, height, frameRate });
  const side = (length: number): number => Math.max(roundUp(length, multiple), minSide);
  const size = { width: side(width), height: side(height) };
  const { constants } = av;
  const encoder = await openEncoder(
    av,
    name,
    context => {
      context.width = size.width;
      context.height = size.height;
      context.pixelFormat = constants.AV_PIX_FMT_YUV420P;
      context.timeBase = new av.Rational(frameRate.den, frameRate.num);
      context.framerate = new av.Rational(frameRate.num, frameRate.den);
      context.colorSpace = constants.AVCOL_SPC_BT709;
      context.colorPrimaries = constants.AVCOL_PRI_BT709;
      context.colorTrc = constants.AVCOL_TRC_BT709;
      context.colorRange = constants.AVCOL_RANGE_MPEG;
      context.bitRate = 0n;
      // Without durations a container cannot know how long the last frame is, and players drop it.
      context.setFlags(constants.AV_CODEC_FLAG_FRAME_DURATION);
    },
    { ...options, ...(crf !== undefined && { crf }), ...(preset !== undefined && { preset }) },
  );
  return { encoder, frames: yuvFrames(av, images, size) };
}

function checkLimits(codec: VideoCodec, { width, height, frameRate }: VideoSize & { frameRate: FrameRate }): void {
  const { maxSide, maxFramesPerSecond } = codecs[codec];
  const rate = framesPerSecond(frameRate);
  if (Math.max(width, height) <= maxSide && rate <= maxFramesPerSecond) return;
  throw new EngineError('INVALID_ARGUMENT', {
    name: `A video in ${codec}`,
    expected: `at most ${maxSide} pixels wide and high and have at most ${maxFramesPerSecond} frames per second`,
    actual: `${width}x${height} at ${rate}`,
  });
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Pictures as YUV frames, numbered. */
async function* yuvFrames(
  av: Av,
  images: AsyncIterable<ByteImage> | Iterable<ByteImage>,
  size: VideoSize,
): AsyncGenerator<AvFrame> {
  const scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  let index = 0n;
  try {
    for await (const image of images) {
      const frame = await yuvFrame(av, scaler, paddedRgb(image, size));
      frame.pts = index++;
      frame.duration = 1n;
      yield frame;
    }
  } finally {
    scaler.freeContext();
  }
}

async function yuvFrame(
  av: Av,
  scaler: InstanceType<Av['SoftwareScaleContext']>,
  { data, width, height }: ByteImage,
): Promise<AvFrame> {
  const { constants } = av;
  const source = av.Frame.fromVideoBuffer(Buffer.from(data.buffer, data.byteOffset, data.byteLength), {
    width,
    height,
    format: constants.AV_PIX_FMT_RGB24,
  });
  const target = new av.Frame();
  target.alloc();
  target.width = width;
  target.height = height;
  target.format = constants.AV_PIX_FMT_YUV420P;
  target.colorSpace = constants.AVCOL_SPC_BT709;
  target.colorPrimaries = constants.AVCOL_PRI_BT709;
  target.colorTrc = constants.AVCOL_TRC_BT709;
  target.colorRange = constants.AVCOL_RANGE_MPEG;
  // Only the matrix shall change: a source of other primaries would be converted to the light of the target.
  source.colorPrimaries = constants.AVCOL_PRI_BT709;
  source.colorTrc = constants.AVCOL_TRC_BT709;
  try {
    checkAv(av, 'video', target.getBuffer());
    checkAv(av, 'video', await scaler.scaleFrame(target, source));
    return target;
  } catch (cause) {
    target.free();
    throw cause;
  } finally {
    source.free();
  }
}

/** RGB of at least the size: gray is tripled, alpha dropped, the last column and line repeated. */
export function paddedRgb(image: ByteImage, { width, height }: VideoSize): ByteImage {
  if (image.channels === 3 && image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, image.height - 1) * image.width + Math.min(x, image.width - 1)) * image.channels;
      const to = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[to + c] = image.data[from + (image.channels === 1 ? 0 : c)]!;
    }
  }
  return { data, width, height, channels: 3 };
}

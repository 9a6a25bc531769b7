// Writing media files with FFmpeg: a container with texts (prompt and workflow), filled packet by packet. Encoders are pulled:
// each track is a sequence of frames, and the track that is furthest behind goes next, so only few packets wait in memory.
import { EngineError } from '../errors.ts';
import type { AvFrame, AvPacket } from './av-input.ts';
import { type Av, reasonOfAv } from './av-library.ts';

export type MediaFormat = 'mp4' | 'webm' | 'flac' | 'mp3' | 'opus';

type Parameters = InstanceType<Av['CodecParameters']>;
type Rational = InstanceType<Av['Rational']>;
export type AvEncoder = InstanceType<Av['CodecContext']>;

/** Key and value, in this order. */
export type MediaTexts = readonly (readonly [key: string, text: string])[];

export interface MediaOutputOptions {
  /** Path of the file; its folder must exist. What is there is replaced. */
  readonly path: string;
  readonly format: MediaFormat;
  readonly texts?: MediaTexts;
  readonly signal?: AbortSignal | undefined;
}

/** MP4: texts under their own names (`mdta` keys), and the index before the data so that browsers can start at once. */
const muxerOptions: Partial<Record<MediaFormat, Record<string, string>>> = {
  mp4: { movflags: 'use_metadata_tags+faststart' },
};

/** One stream of the container to be made. */
interface OutputStream {
  readonly timeBase: Rational;
  /** Frames per second of pictures; without it, readers of short files have to guess. */
  readonly frameRate?: Rational;
  /** Writes the codec's facts into the stream. */
  describe(parameters: Parameters): void;
}

interface MediaOutput {
  /** Writes a packet whose times count in `timeBase`; the packet is empty afterwards. */
  write(streamIndex: number, packet: AvPacket, timeBase: Rational): Promise<void>;
}

/** Opens the container, lets `fill` write packets and completes it. A file that was not completed is the caller's to remove. */
export async function writeContainer(
  av: Av,
  options: MediaOutputOptions,
  streams: readonly OutputStream[],
  fill: (output: MediaOutput) => Promise<void>,
): Promise<void> {
  const { path, format, texts = [], signal } = options;
  signal?.throwIfAborted();
  const check = (code: number): number => checkAv(av, format, code);
  const context = new av.FormatContext();
  check(context.allocOutputContext2(null, format, `file:${path}`));
  let isOpen = false;
  try {
    for (const { timeBase, frameRate, describe } of streams) {
      const stream = context.newStream();
      stream.timeBase = timeBase;
      if (frameRate !== undefined) stream.avgFrameRate = frameRate;
      describe(stream.codecpar);
    }
    if (texts.length > 0) context.metadata = av.Dictionary.fromObject(Object.fromEntries(texts));
    check(await context.openOutput());
    isOpen = true;
    const settings = av.Dictionary.fromObject(muxerOptions[format] ?? {});
    check(await context.writeHeader(settings));
    settings.free();
    await fill({
      async write(streamIndex, packet, timeBase) {
        packet.streamIndex = streamIndex;
        packet.rescaleTs(timeBase, context.streams[streamIndex]?.timeBase ?? timeBase);
        check(await context.interleavedWriteFrame(packet));
      },
    });
    signal?.throwIfAborted();
    check(await context.writeTrailer());
  } finally {
    if (isOpen) await context.closeOutput();
    context.freeContext();
  }
}

/** An encoder and the frames for it, whose `pts` count in the encoder's time base. Frames are freed after use. */
export interface EncodedTrack {
  readonly encoder: AvEncoder;
  readonly frames: AsyncIterable<AvFrame> | Iterable<AvFrame>;
}

/** Encodes tracks side by side into one file; frees the encoders. */
export async function writeTracks(av: Av, options: MediaOutputOptions, tracks: readonly EncodedTrack[]): Promise<void> {
  try {
    const streams = tracks.map(({ encoder }) => ({
      timeBase: encoder.timeBase,
      ...(encoder.framerate.num > 0 && { frameRate: encoder.framerate }),
      describe: (parameters: Parameters) => void checkAv(av, options.format, parameters.fromContext(encoder)),
    }));
    await writeContainer(av, options, streams, output => fillFromTracks(av, options, tracks, output));
  } finally {
    for (const { encoder } of tracks) encoder.freeContext();
  }
}

async function fillFromTracks(
  av: Av,
  { format, signal }: MediaOutputOptions,
  tracks: readonly EncodedTrack[],
  output: MediaOutput,
): Promise<void> {
  const lanes = tracks.map(({ encoder, frames }, index) => {
    const packets = encodedPackets(av, format, encoder, frames, signal);
    return { index, packets, timeBase: encoder.timeBase, seconds: 0, isDone: false };
  });
  try {
    for (;;) {
      const open = lanes.filter(({ isDone }) => !isDone);
      const lane = open.sort((a, b) => a.seconds - b.seconds)[0];
      if (lane === undefined) return;
      const { value: packet, done } = await lane.packets.next();
      if (done === true) {
        lane.isDone = true;
        continue;
      }
      lane.seconds = (Number(packet.dts) * lane.timeBase.num) / lane.timeBase.den;
      await output.write(lane.index, packet, lane.timeBase);
    }
  } finally {
    for (const { packets } of lanes) await packets.return(undefined);
  }
}

/** Packets of one encoder, its last ones included. The packet is the same object each time. */
export async function* encodedPackets(
  av: Av,
  format: string,
  encoder: AvEncoder,
  frames: EncodedTrack['frames'],
  signal?: AbortSignal,
): AsyncGenerator<AvPacket, undefined> {
  const packet = new av.Packet();
  packet.alloc();
  const { AVERROR_EAGAIN, AVERROR_EOF } = av.constants;
  try {
    for await (const frame of framesAndEnd(frames)) {
      const sent = await encoder.sendFrame(frame);
      frame?.free();
      signal?.throwIfAborted();
      checkAv(av, format, sent);
      for (;;) {
        const received = await encoder.receivePacket(packet);
        if (received === AVERROR_EAGAIN || received === AVERROR_EOF) break;
        checkAv(av, format, received);
        signal?.throwIfAborted();
        yield packet;
        packet.unref();
      }
    }
  } finally {
    packet.free();
  }
  return undefined;
}

async function* framesAndEnd(frames: EncodedTrack['frames']): AsyncGenerator<AvFrame | null> {
  yield* frames;
  yield null;
}

/** Opens an encoder by FFmpeg's name; `set` fills in what it needs to know. @throws EngineError MEDIA_ENCODING_FAILED. */
export async function openEncoder(
  av: Av,
  name: string,
  set: (encoder: AvEncoder) => void,
  options: Readonly<Record<string, string | number>> = {},
): Promise<AvEncoder> {
  const codec = av.Codec.findEncoderByName(name as Parameters1<Av['Codec']['findEncoderByName']>);
  if (codec === null) {
    throw new EngineError('MEDIA_ENCODING_FAILED', {
      format: name,
      reason: 'this build of FFmpeg has no such encoder',
    });
  }
  const encoder = new av.CodecContext();
  encoder.allocContext3(codec);
  set(encoder);
  // Containers keep the codec's headers once, not before each key frame.
  encoder.setFlags(av.constants.AV_CODEC_FLAG_GLOBAL_HEADER);
  const dictionary = av.Dictionary.fromObject(options);
  const opened = await encoder.open2(codec, dictionary);
  dictionary.free();
  if (opened >= 0) return encoder;
  encoder.freeContext();
  throw new EngineError('MEDIA_ENCODING_FAILED', { format: name, reason: reasonOfAv(av, opened) });
}

type Parameters1<F> = F extends (first: infer First) => unknown ? First : never;

/** @throws EngineError MEDIA_ENCODING_FAILED for a negative answer. */
export function checkAv(av: Av, format: string, code: number): number {
  if (code < 0) throw new EngineError('MEDIA_ENCODING_FAILED', { format, reason: reasonOfAv(av, code) });
  return code;
}

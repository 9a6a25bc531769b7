// Audio files (and the sound of videos) to waveforms: the samples of the file at its own rate, as floats between -1 and 1.
import { EngineError } from '../../errors.ts';
import { type AvFrame, type AvInput, openAvInput } from '../av-input.ts';
import { checkDecodedSize, defaultMaxBytes } from '../memory-limit.ts';
import type { AudioClip } from './audio-clip.ts';

export interface DecodeMediaOptions {
  /** How messages call the file; default `media`. */
  readonly name?: string;
  readonly signal?: AbortSignal | undefined;
  /** Most bytes that the decoded tensors may take; default half of the machine's memory. */
  readonly maxBytes?: number;
}

/** Decodes the sound of a local file, [1, channels, samples]. @throws EngineError MEDIA_UNREADABLE, MEDIA_STREAM_MISSING, MEDIA_TOO_LARGE. */
export async function decodeAudio(path: string, options: DecodeMediaOptions = {}): Promise<AudioClip> {
  const input = await openAvInput(path, options);
  try {
    input.requiredStream('audio');
    return await readAudio(input, options);
  } finally {
    await input.close();
  }
}

/** Decodes the audio stream of an open file. */
export async function readAudio(
  input: AvInput,
  { maxBytes = defaultMaxBytes }: DecodeMediaOptions = {},
): Promise<AudioClip> {
  const stream = input.requiredStream('audio');
  const parts: Float32Array[][] = [];
  let [sampleRate, channels, samples] = [0, 0, 0];
  for await (const frame of input.frames(stream)) {
    if (parts.length === 0) [sampleRate, channels] = [frame.sampleRate, frame.channels];
    if (frame.channels !== channels || frame.sampleRate !== sampleRate) {
      const reason = 'its number of channels or its sample rate changes on the way';
      throw new EngineError('MEDIA_UNREADABLE', { name: input.name, reason });
    }
    samples += frame.nbSamples;
    // The parts and the tensor exist at the same time.
    checkDecodedSize(input.name, samples * channels * 8, maxBytes);
    parts.push(channelsOf(input, frame));
  }
  const data = new Float32Array(channels * samples);
  let offset = 0;
  for (const part of parts) {
    for (const [channel, values] of part.entries()) data.set(values, channel * samples + offset);
    offset += part[0]?.length ?? 0;
  }
  return { waveform: { data, dims: [1, channels, samples] }, sampleRate };
}

type ReadSample = (bytes: DataView, index: number) => number;

/** Readers of FFmpeg's sample formats by name (planar ones end in `p`). */
const sampleReaders: Readonly<Record<string, ReadSample>> = {
  u8: (bytes, index) => (bytes.getUint8(index) - 128) / 2 ** 7,
  s16: (bytes, index) => bytes.getInt16(index * 2, true) / 2 ** 15,
  s32: (bytes, index) => bytes.getInt32(index * 4, true) / 2 ** 31,
  s64: (bytes, index) => Number(bytes.getBigInt64(index * 8, true)) / 2 ** 63,
  flt: (bytes, index) => bytes.getFloat32(index * 4, true),
  dbl: (bytes, index) => bytes.getFloat64(index * 8, true),
};

/** Samples of a frame by channel, copied. */
function channelsOf({ av, name }: AvInput, frame: AvFrame): Float32Array[] {
  const format = av.avGetSampleFmtName(frame.format as never) ?? 'unknown';
  const isPlanar = format.endsWith('p');
  const read = sampleReaders[isPlanar ? format.slice(0, -1) : format];
  if (read === undefined) {
    throw new EngineError('MEDIA_UNREADABLE', { name, reason: `its samples (${format}) cannot be read` });
  }
  const planes = frame.extendedData ?? frame.data ?? [];
  const { channels, nbSamples } = frame;
  return Array.from({ length: channels }, (_, channel) => {
    const plane = planes[isPlanar ? channel : 0] ?? new Uint8Array();
    const view = new DataView(plane.buffer, plane.byteOffset, plane.byteLength);
    const [step, first] = isPlanar ? [1, 0] : [channels, channel];
    const values = new Float32Array(nbSamples);
    for (let index = 0; index < nbSamples; index++) values[index] = read(view, index * step + first);
    return values;
  });
}

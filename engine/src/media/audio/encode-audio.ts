// Waveforms to audio files: FLAC (16 bits, lossless), MP3 and Opus, with texts in the container's own form (Vorbis comments,
// ID3 user texts). The encoder is fed frame by frame.
import { EngineError } from '../../errors.ts';
import type { AvFrame } from '../av-input.ts';
import { type Av, loadAv } from '../av-library.ts';
import { type AvEncoder, type MediaOutputOptions, openEncoder, writeTracks } from '../av-output.ts';
import { type AudioClip, audioShape, buildClip, channelOf } from './audio-clip.ts';
import { resampleAudio } from './resample-audio.ts';

export type AudioFormat = 'flac' | 'mp3' | 'opus';

export interface EncodeAudioOptions extends Omit<MediaOutputOptions, 'format'> {
  readonly format: AudioFormat;
  /** MP3 and Opus: bits per second, or `best` for the best variable rate (MP3 only). Default: 128,000. */
  readonly bitRate?: number | 'best';
}

/** How each codec takes samples, which rates it knows (rising; any when absent) and how many channels. */
interface CodecFacts {
  readonly encoder: string;
  readonly sampleFormat: 's16' | 'flt' | 'fltp';
  readonly sampleRates?: readonly number[];
  readonly maxSampleRate?: number;
  readonly maxChannels: number;
}

const mpegRates = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

const codecs: Readonly<Record<AudioFormat | 'aac', CodecFacts>> = {
  flac: { encoder: 'flac', sampleFormat: 's16', maxSampleRate: 655_350, maxChannels: 8 },
  mp3: { encoder: 'libmp3lame', sampleFormat: 'fltp', sampleRates: mpegRates, maxChannels: 2 },
  opus: {
    encoder: 'libopus',
    sampleFormat: 'flt',
    sampleRates: [8000, 12_000, 16_000, 24_000, 48_000],
    maxChannels: 8,
  },
  aac: { encoder: 'aac', sampleFormat: 'fltp', sampleRates: [...mpegRates, 64_000, 88_200, 96_000], maxChannels: 8 },
};

/**
 * Writes item 0 of a clip to `path`. Sample rates that a codec does not know are raised to the next one that it knows.
 * @throws EngineError INVALID_ARGUMENT for empty clips and too many channels, MEDIA_ENCODING_FAILED, AV_LIBRARY_MISSING.
 */
export async function encodeAudio(
  clip: AudioClip,
  { bitRate = 128_000, ...options }: EncodeAudioOptions,
): Promise<void> {
  const av = await loadAv();
  const track = await audioTrack(av, clip, options.format, { bitRate, signal: options.signal });
  await writeTracks(av, options, [track]);
}

interface TrackOptions {
  readonly bitRate: number | 'best';
  readonly signal?: AbortSignal | undefined;
}

/** The clip as a track for `writeTracks`. */
export async function audioTrack(
  av: Av,
  clip: AudioClip,
  format: AudioFormat | 'aac',
  { bitRate, signal }: TrackOptions,
): Promise<{ encoder: AvEncoder; frames: Iterable<AvFrame> }> {
  const facts = codecs[format];
  const { channels, samples } = audioShape(clip);
  if (channels > facts.maxChannels || samples < 1) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: `Audio to be saved as ${format.toUpperCase()}`,
      expected: `at least one sample long and of at most ${facts.maxChannels} channels`,
      actual: `${samples} samples long and of ${channels} channel(s)`,
    });
  }
  const sound = await resampleAudio(firstItem(clip), knownRate(facts, clip.sampleRate), { signal });
  const encoder = await openEncoder(av, facts.encoder, context => {
    context.sampleRate = sound.sampleRate;
    context.sampleFormat = av.avGetSampleFmtFromName(facts.sampleFormat);
    context.channelLayout = av.avChannelLayoutDefault(channels);
    context.timeBase = new av.Rational(1, sound.sampleRate);
    if (bitRate === 'best') {
      context.setFlags(av.constants.AV_CODEC_FLAG_QSCALE);
      context.globalQuality = 0;
    } else if (format !== 'flac') context.bitRate = BigInt(bitRate);
  });
  return { encoder, frames: audioFrames(av, sound, encoder, facts) };
}

function firstItem(clip: AudioClip): AudioClip {
  const { batch, channels, samples } = audioShape(clip);
  if (batch === 1) return clip;
  return buildClip({ batch: 1, channels, samples }, clip.sampleRate, (target, _, channel) => {
    target.set(channelOf(clip, 0, channel));
  });
}

function knownRate({ sampleRates, maxSampleRate = Number.POSITIVE_INFINITY }: CodecFacts, rate: number): number {
  if (sampleRates === undefined) return Math.min(rate, maxSampleRate);
  return sampleRates.find(known => known >= rate) ?? sampleRates.at(-1) ?? rate;
}

/** Samples per frame for encoders that take any number. */
const anyFrameSize = 4096;

function* audioFrames(av: Av, clip: AudioClip, encoder: AvEncoder, facts: CodecFacts): Generator<AvFrame> {
  const { channels, samples } = audioShape(clip);
  const size = encoder.frameSize > 0 ? encoder.frameSize : anyFrameSize;
  for (let start = 0; start < samples; start += size) {
    const parts = Array.from({ length: channels }, (_, channel) =>
      channelOf(clip, 0, channel).subarray(start, start + size),
    );
    yield av.Frame.fromAudioBuffer(packSamples(parts, facts.sampleFormat), {
      nbSamples: parts[0]?.length ?? 0,
      format: encoder.sampleFormat,
      sampleRate: clip.sampleRate,
      channelLayout: encoder.channelLayout,
      timeBase: { num: 1, den: clip.sampleRate },
      pts: BigInt(start),
    });
  }
}

/** Channels as the codec takes them: one after the other, or sample by sample; NaN becomes silence. */
function packSamples(parts: readonly Float32Array[], format: CodecFacts['sampleFormat']): Buffer {
  const length = parts[0]?.length ?? 0;
  const place = (channel: number, index: number): number =>
    format === 'fltp' ? channel * length + index : index * parts.length + channel;
  const values = format === 's16' ? new Int16Array(length * parts.length) : new Float32Array(length * parts.length);
  for (const [channel, part] of parts.entries()) {
    for (let index = 0; index < length; index++) {
      const value = Math.min(Math.max(part[index]! || 0, -1), 1);
      values[place(channel, index)] = format === 's16' ? Math.min(Math.round(value * 32_768), 32_767) : value;
    }
  }
  return Buffer.from(values.buffer);
}

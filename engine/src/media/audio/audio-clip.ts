// Sound as the engine passes it around, and the checks that every operation on it shares.
import { EngineError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Samples between -1 and 1 (louder ones are cut when they are saved). */
export interface AudioClip {
  /** [batch, channels, samples] */
  readonly waveform: Tensor;
  /** Samples per second of each channel. */
  readonly sampleRate: number;
}

export interface AudioShape {
  readonly batch: number;
  readonly channels: number;
  readonly samples: number;
}

/** Shape of a clip. @throws EngineError INVALID_ARGUMENT when it is no sound or has an impossible sample rate. */
export function audioShape({ waveform, sampleRate }: AudioClip): AudioShape {
  const [batch = 0, channels = 0, samples = 0] = waveform.dims;
  if (waveform.dims.length !== 3 || batch < 1 || channels < 1 || waveform.data.length !== batch * channels * samples) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'An audio waveform',
      expected: 'of the shape [batch, channels, samples] with at least one channel',
      actual: `[${waveform.dims}]`,
    });
  }
  checkSampleRate(sampleRate);
  return { batch, channels, samples };
}

/** Most samples of a clip, all channels and batch items together: what one array can hold (8 GiB). */
export const maxSamples = 2 ** 31;

export function checkSampleRate(sampleRate: number): void {
  if (Number.isInteger(sampleRate) && sampleRate >= 1 && sampleRate <= 10_000_000) return;
  throw new EngineError('INVALID_ARGUMENT', {
    name: 'The sample rate',
    expected: 'a whole number of hertz between 1 and 10,000,000',
    actual: sampleRate,
  });
}

/** One channel of one batch item, not copied. */
export function channelOf(clip: AudioClip, item: number, channel: number): Float32Array {
  const { channels, samples } = audioShape(clip);
  const start = (item * channels + channel) * samples;
  return clip.waveform.data.subarray(start, start + samples);
}

/** A clip whose channels `fill` writes, one call for each channel of each item. */
export function buildClip(
  { batch, channels, samples }: AudioShape,
  sampleRate: number,
  fill: (target: Float32Array, item: number, channel: number) => void,
): AudioClip {
  const data = new Float32Array(batch * channels * samples);
  for (let item = 0; item < batch; item++) {
    for (let channel = 0; channel < channels; channel++) {
      const start = (item * channels + channel) * samples;
      fill(data.subarray(start, start + samples), item, channel);
    }
  }
  return { waveform: { data, dims: [batch, channels, samples] }, sampleRate };
}

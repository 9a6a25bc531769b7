// Changing the sample rate by band-limited interpolation: each new sample is a sum of its neighbours, weighted by a sinc in a
// Hann window of six zero crossings, cut off at 99 % of the lower Nyquist frequency (J. O. Smith, "Digital Audio Resampling";
// these are the defaults of torchaudio.functional.resample, BSD). Positions repeat after new / gcd samples, so weights do too.
import { setImmediate } from 'node:timers/promises';
import { type AudioClip, audioShape, buildClip, channelOf, checkSampleRate } from './audio-clip.ts';

const zeroCrossings = 6;
const rolloff = 0.99;
/** New samples between two looks at the event loop: some ten milliseconds. */
const sliceSamples = 262_144;

export interface ResampleAudioOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The clip at another sample rate; it has ceil(samples * new / old) samples. Yields to the event loop while it works. */
export async function resampleAudio(
  clip: AudioClip,
  sampleRate: number,
  { signal }: ResampleAudioOptions = {},
): Promise<AudioClip> {
  const shape = audioShape(clip);
  checkSampleRate(sampleRate);
  if (sampleRate === clip.sampleRate) return clip;
  const divisor = gcd(clip.sampleRate, sampleRate);
  const from = clip.sampleRate / divisor;
  const to = sampleRate / divisor;
  const phases = Array.from<Phase | undefined>({ length: to });
  const samples = Math.ceil((shape.samples * to) / from);
  const jobs: { readonly source: Float32Array; readonly target: Float32Array }[] = [];
  const result = buildClip({ ...shape, samples }, sampleRate, (target, item, channel) => {
    jobs.push({ source: channelOf(clip, item, channel), target });
  });
  for (const { source, target } of jobs) {
    for (let start = 0; start < samples; start += sliceSamples) {
      signal?.throwIfAborted();
      const end = Math.min(start + sliceSamples, samples);
      for (let index = start; index < end; index++) {
        const phase = index % to;
        phases[phase] ??= phaseWeights(phase, from, to);
        target[index] = weightedSum(source, ((index - phase) / to) * from, phases[phase]);
      }
      if (end < samples || jobs.length > 1) await setImmediate();
    }
  }
  return result;
}

interface Phase {
  /** Place of the first weight, relative to the start of the period in the source. */
  readonly first: number;
  readonly weights: Float32Array;
}

/** Weights of the source samples around new sample `phase` of a period; those outside of the window are left out. */
function phaseWeights(phase: number, from: number, to: number): Phase {
  const cutoff = Math.min(from, to) * rolloff;
  const center = (phase * from) / to;
  const reach = (zeroCrossings * from) / cutoff;
  const first = Math.ceil(center - reach);
  const last = Math.floor(center + reach);
  const weights = Float32Array.from({ length: last - first + 1 }, (_, tap) => {
    const distance = ((first + tap - center) * cutoff) / from;
    const window = Math.cos((distance * Math.PI) / zeroCrossings / 2) ** 2;
    return (sinc(distance * Math.PI) * window * cutoff) / from;
  });
  return { first, weights };
}

function weightedSum(source: Float32Array, base: number, { first, weights }: Phase): number {
  let sum = 0;
  // What lies before the start and after the end is silence.
  const start = Math.max(0, -(base + first));
  const end = Math.min(weights.length, source.length - base - first);
  for (let tap = start; tap < end; tap++) sum += source[base + first + tap]! * weights[tap]!;
  return sum;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x) / x);

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

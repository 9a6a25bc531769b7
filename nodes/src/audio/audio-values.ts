// AUDIO between nodes has the keys of the wire world; the engine calls the same thing a clip.
import type { AudioClip } from '@snug/engine';
import type { Audio } from '../node-types.ts';

export const clipOf = ({ waveform, sample_rate }: Audio): AudioClip => ({ waveform, sampleRate: sample_rate });

export const audioOf = ({ waveform, sampleRate }: AudioClip): Audio => ({ waveform, sample_rate: sampleRate });

// Nodes of sound, in the order of the reference.
import {
  AudioAdjustVolume,
  AudioConcat,
  AudioMerge,
  EmptyAudio,
  SplitAudioChannels,
  TrimAudioDuration,
} from './edit-audio.ts';
import { LoadAudio, RecordAudio } from './load-audio.ts';
import { PreviewAudio, SaveAudio, SaveAudioMP3, SaveAudioOpus } from './save-audio.ts';

export const audioNodes = [
  SaveAudio,
  SaveAudioMP3,
  SaveAudioOpus,
  LoadAudio,
  PreviewAudio,
  RecordAudio,
  TrimAudioDuration,
  SplitAudioChannels,
  AudioConcat,
  AudioMerge,
  AudioAdjustVolume,
  EmptyAudio,
];

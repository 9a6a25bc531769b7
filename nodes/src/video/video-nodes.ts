// Nodes of videos and animated pictures, in the order of the reference.
import { CreateVideo, GetVideoComponents, LoadVideo } from './load-video.ts';
import { LTXVPreprocess } from './ltxv-preprocess.ts';
import { SaveAnimatedPNG, SaveAnimatedWEBP } from './save-animation.ts';
import { SaveVideo, SaveWEBM } from './save-video.ts';

export const videoNodes = [
  SaveAnimatedWEBP,
  SaveAnimatedPNG,
  LTXVPreprocess,
  SaveWEBM,
  SaveVideo,
  CreateVideo,
  GetVideoComponents,
  LoadVideo,
];

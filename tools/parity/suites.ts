// Every folder of a golden tree that this version checks.
import { latentFormats } from './modules-latent-formats.ts';
import { miniSd1 } from './modules-mini-sd1.ts';
import { text } from './modules-text.ts';
import { unet } from './modules-unet.ts';
import { upscale } from './modules-upscale.ts';
import { vae } from './modules-vae.ts';
import { nodes } from './nodes.ts';
import { rng } from './rng.ts';
import { samplers } from './samplers.ts';
import { schedulers } from './schedulers.ts';
import type { ParitySuite } from './suite.ts';
import { tokens } from './tokens.ts';

export const suites: readonly ParitySuite[] = [
  latentFormats,
  miniSd1,
  nodes,
  rng,
  samplers,
  schedulers,
  text,
  tokens,
  unet,
  upscale,
  vae,
];

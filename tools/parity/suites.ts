// Every folder of a golden tree that this version checks.
import { latentFormats } from './modules-latent-formats.ts';
import { rng } from './rng.ts';
import { samplers } from './samplers.ts';
import { schedulers } from './schedulers.ts';
import type { ParitySuite } from './suite.ts';
import { tokens } from './tokens.ts';

export const suites: readonly ParitySuite[] = [latentFormats, rng, samplers, schedulers, tokens];

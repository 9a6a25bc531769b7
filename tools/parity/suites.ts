// Every folder of a golden tree that this version checks.
import { rng } from './rng.ts';
import { samplers } from './samplers.ts';
import { schedulers } from './schedulers.ts';
import type { ParitySuite } from './suite.ts';

export const suites: readonly ParitySuite[] = [rng, samplers, schedulers];

// Every folder of a golden tree that this version checks.
import type { ParitySuite } from './suite.ts';

export const suites: readonly ParitySuite[] = [];

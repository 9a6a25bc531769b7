// The place where a model carries changes to its guidance (nodes such as APG or RescaleCFG make them). A patch is immutable
// and shared; what it must remember from step to step lives in the hooks that it makes for each run. `sampling` calls the
// hooks; the formulas are in `sampling/guidance`.
import type { Tensor } from '../tensor/tensor.ts';

/** Estimates of the clean latent, in model space; all arrays have the size of the latent. */
export interface GuidanceSides {
  readonly positive: Float32Array;
  /** Undefined where nothing asked for it, as with a guidance scale of 1. */
  readonly negative: Float32Array | undefined;
}

/** What is known when estimates are combined. */
export interface GuidanceMoment {
  /** Noisy latent in model space, [batch, channels, ..., height, width]. */
  readonly x: Tensor;
  readonly sigma: number;
  /** Guidance scale. */
  readonly cfg: number;
}

/** Called in each step; arrays that are given must not be written to. */
export interface GuidanceHooks {
  /** Changes the estimates before they are combined. */
  before?(sides: GuidanceSides, moment: GuidanceMoment): GuidanceSides;
  /** Takes the place of negative + cfg * (positive - negative); of several patches the last one counts. */
  combine?(sides: Required<GuidanceSides>, moment: GuidanceMoment): Float32Array;
  /** Changes the guided estimate. */
  after?(guided: Float32Array, sides: GuidanceSides, moment: GuidanceMoment): Float32Array;
}

export interface GuidancePatch {
  /** Of the node that made it; for messages. */
  readonly name: string;
  /** The negative estimate is needed even where the guidance scale is 1. */
  readonly needsNegative?: boolean;
  /** Hooks of one run, with a memory of their own. */
  start(): GuidanceHooks;
}

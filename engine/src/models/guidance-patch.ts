// The place where a model carries changes to its guidance (nodes such as APG or RescaleCFG make them). A patch is immutable
// and shared; what it must remember from step to step lives in the hooks that it makes for each run. `sampling` calls the
// hooks; the formulas are in `sampling/guidance`.
import type { Tensor } from '../tensor/tensor.ts';
import type { Conditioning, DiffusionModel } from './model.ts';
import type { NetworkChange } from './network-change.ts';

/** Estimates of the clean latent, in model space; all arrays have the size of the latent. */
export interface GuidanceSides {
  readonly positive: Float32Array;
  /** Undefined where nothing asked for it, as with a guidance scale of 1. */
  readonly negative: Float32Array | undefined;
}

/** Both estimates. */
export interface BothSides extends GuidanceSides {
  readonly negative: Float32Array;
}

/** An estimate beside the usual two. */
export interface FurtherEstimate {
  /** What steers it: a side of the guidance, or a conditioning that the patch brings. */
  readonly of: 'positive' | 'negative' | Conditioning;
  /** Noisy latent in model space, default that of the moment. */
  readonly x?: Float32Array;
  /** Changes of the network for this estimate, after those of the model. */
  readonly changes?: readonly NetworkChange[];
}

/** What is known when estimates are combined, and what can be asked for. */
export interface GuidanceMoment {
  /** Noisy latent in model space, [batch, channels, ..., height, width]. */
  readonly x: Tensor;
  readonly sigma: number;
  /** Guidance scale. */
  readonly cfg: number;
  /** Highest sigma at which a share (0..1) of the denoising is done. */
  percentToSigma(percent: number): number;
  /** Costs one evaluation of the network. */
  estimate(request: FurtherEstimate): Promise<Float32Array>;
  /**
   * How much attention each cell of the network's coarsest map gets with the negative conditioning, [batch, height, width]; the
   * mean is 1. @throws EngineError INVALID_ARGUMENT for networks without such a map.
   */
  attention(): Promise<Tensor>;
}

/** Called in each step; arrays that are given must not be written to. */
export interface GuidanceHooks {
  /** Changes the estimates before they are combined. */
  before?(sides: GuidanceSides, moment: GuidanceMoment): GuidanceSides | Promise<GuidanceSides>;
  /** Takes the place of negative + cfg * (positive - negative); of several patches the last one counts. */
  combine?(sides: BothSides, moment: GuidanceMoment): Float32Array | Promise<Float32Array>;
  /** Changes the guided estimate. */
  after?(guided: Float32Array, sides: GuidanceSides, moment: GuidanceMoment): Float32Array | Promise<Float32Array>;
}

export interface GuidancePatch {
  /** Of the node that made it; for messages. */
  readonly name: string;
  /** The negative estimate is needed even where the guidance scale is 1. */
  readonly needsNegative?: boolean;
  /** Numbers that must be finite, by the name of their input; checked before a run. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Hooks of one run, with a memory of their own. */
  start(): GuidanceHooks;
}

/** The model with one more change to its guidance, applied after those it has. */
export function withGuidancePatch(model: DiffusionModel, patch: GuidancePatch): DiffusionModel {
  return { ...model, guidancePatches: [...(model.guidancePatches ?? []), patch] };
}

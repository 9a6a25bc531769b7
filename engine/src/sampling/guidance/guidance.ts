// Guidance: which conditionings a step evaluates and how their estimates become one. The rules are small functions over
// estimates; they know no network, no mask and no region. To add one: a function that makes a `Guidance`, in a file that
// names its paper, and a node in the family `guiders`.
import type { GuidanceMoment, GuidanceSides } from '../../models/guidance-patch.ts';
import type { Conditioning } from '../../models/model.ts';

/** One step as a rule sees it. */
export interface GuidanceStep extends Pick<GuidanceMoment, 'x' | 'sigma'> {
  /** The sampler asks for the unguided estimate as well. */
  readonly needsUnconditional: boolean;
  /** Patches of the model ask for the negative estimate whatever the scale is. */
  readonly needsNegative: boolean;
  /** Estimates for the conditionings at these places, in as few network calls as possible. */
  estimates(...places: readonly number[]): Promise<readonly Float32Array[]>;
  /** negative + cfg * (positive - negative), or what the model's patches make of it. */
  combine(sides: GuidanceSides, cfg: number, places?: SidePlaces): Promise<Float32Array>;
}

/** Where in `Guidance.conditionings` the two sides stand; by default at 0 and 1. */
export interface SidePlaces {
  readonly positive: number;
  readonly negative: number;
}

export interface GuidedEstimate {
  readonly guided: Float32Array;
  /** Missing where nothing asked for it. */
  readonly unconditional?: Float32Array;
}

export interface Guidance {
  /** Evaluated in each step; rules name them by their place. Regions of one are answered by the others. */
  readonly conditionings: readonly Conditioning[];
  /** Scales by name, checked before a run. */
  readonly scales: Readonly<Record<string, number>>;
  guide(step: GuidanceStep): Promise<GuidedEstimate>;
}

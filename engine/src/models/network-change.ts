// Changes of a network while it computes, as data (nodes such as FreeU, deep shrink or perturbed attention make them). A model
// carries a list of them; `predict` is given those that are active at the noise level of a step. What a change does is written by
// the family that it is made for (for the UNet: `unet/`); a family that cannot follow one refuses it by name.
import { EngineError } from '../errors.ts';
import type { ProjectionFactors } from './attention-projections.ts';
import type { DiffusionModel } from './model.ts';

/** FreeU (Si et al. 2023): stronger backbone, weaker low frequencies of the kept maps, in the two coarsest stages. */
export interface FreeUChange {
  readonly kind: 'free-u';
  /** 2 strengthens the backbone in proportion to its mean over the channels. */
  readonly version: 1 | 2;
  /** Factors of the backbone, coarsest stage first. */
  readonly backbone: readonly [number, number];
  /** Factors of the low frequencies of the kept maps, coarsest stage first. */
  readonly skip: readonly [number, number];
}

export const resizeMethods = ['bicubic', 'nearest-exact', 'bilinear', 'area', 'bislerp'] as const;
export type ResizeMethod = (typeof resizeMethods)[number];

/** Deep shrink (kohya-ss 2023): an input block's map is computed on a smaller grid, and enlarged again on the way up. */
export interface DownscaleChange {
  readonly kind: 'downscale';
  /** Input block whose map shrinks. */
  readonly block: number;
  readonly factor: number;
  /** The map that is kept for the way up stays large. */
  readonly isAfterSkip: boolean;
  readonly downscaleMethod: ResizeMethod;
  readonly upscaleMethod: ResizeMethod;
}

/** Factors of the projections of all self or cross attentions. */
export interface AttentionScaleChange extends ProjectionFactors {
  readonly kind: 'attention-scale';
  readonly attention: 'self' | 'cross';
}

/** Self attention of the middle block replaced by the identity: every cell sees itself alone (Ahn et al. 2024). */
export interface IdentityAttentionChange {
  readonly kind: 'identity-attention';
}

/** Layers of a transformer that are left out. */
export interface SkippedLayersChange {
  readonly kind: 'skipped-layers';
  readonly doubleLayers: readonly number[];
  readonly singleLayers: readonly number[];
}

export type NetworkChange =
  | FreeUChange
  | DownscaleChange
  | AttentionScaleChange
  | IdentityAttentionChange
  | SkippedLayersChange;

/** A change, and the part of the denoising in which it is made; default all of it. */
export interface NetworkPatch {
  readonly change: NetworkChange;
  readonly startPercent?: number;
  readonly endPercent?: number;
}

/** The model with one more change of its network, made after those it has. */
export function withNetworkPatch(model: DiffusionModel, patch: NetworkPatch): DiffusionModel {
  for (const [name, value] of numbersOf(patch)) {
    if (Number.isFinite(value)) continue;
    throw new EngineError('INVALID_ARGUMENT', { name, expected: 'a finite number', actual: value });
  }
  return { ...model, networkPatches: [...(model.networkPatches ?? []), patch] };
}

function numbersOf({ change, ...range }: NetworkPatch): [string, number][] {
  const values = Object.entries({ ...range, ...change }).flatMap(([name, value]) => {
    return (Array.isArray(value) ? value : [value]).map(item => [`${change.kind}: ${name}`, item] as [string, unknown]);
  });
  return values.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
}

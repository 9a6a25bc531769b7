// Guidance away from a weakened version of the network itself, beside that of the prompts: result + scale * (positive - weakened).
// Perturbed attention: Ahn et al., "Self-Rectifying Diffusion Sampling with Perturbed-Attention Guidance" (2024), equation 15.
// Skipped layers: Hyung et al., "Spatiotemporal Skip Guidance" (2024), and Stability AI's notes on SD 3.5 Medium.
import type { GuidanceMoment, GuidancePatch } from '../../models/guidance-patch.ts';
import type { NetworkChange } from '../../models/network-change.ts';
import { deviation, perItem } from './items.ts';

/** Self attention of the middle block sees nothing but each cell itself. */
export function perturbedAttentionGuidance(scale: number): GuidancePatch {
  return {
    name: 'PerturbedAttentionGuidance',
    numbers: { scale },
    start: () => ({
      async after(guided, { positive }, { estimate }) {
        if (scale === 0) return guided;
        const weakened = await estimate({ of: 'positive', changes: [{ kind: 'identity-attention' }] });
        return awayFrom(guided, positive, weakened, scale);
      },
    }),
  };
}

export interface SkippedLayers {
  /** Indices of transformer blocks, from 0. */
  readonly doubleLayers: readonly number[];
  readonly singleLayers: readonly number[];
  /** Part of the denoising, 0..1. */
  readonly startPercent: number;
  readonly endPercent: number;
}

export interface SkipLayerOptions extends SkippedLayers {
  readonly scale: number;
  /** Share, 0..1, in which the result gets the standard deviation of the positive estimate back. */
  readonly rescale: number;
}

export function skipLayerGuidance({ scale, rescale, ...layers }: SkipLayerOptions): GuidancePatch {
  return {
    name: 'SkipLayerGuidance',
    numbers: { scale, rescaling_scale: rescale },
    start: () => ({
      async after(guided, { positive }, moment) {
        if (scale <= 0 || !isActive(layers, moment)) return guided;
        const weakened = await moment.estimate({ of: 'positive', changes: [changeOf(layers)] });
        const result = awayFrom(guided, positive, weakened, scale);
        if (rescale === 0) return result;
        return perItem(moment.x, [result, positive], (item, towards) => {
          const factor = rescale * (deviation(towards) / deviation(item)) + (1 - rescale);
          return item.map(value => value * factor);
        });
      },
    }),
  };
}

/** The negative estimate itself is made without the layers. */
export function negativeWithoutLayers(layers: SkippedLayers): GuidancePatch {
  return {
    name: 'SkipLayerGuidanceDiTSimple',
    start: () => ({
      async before(sides, moment) {
        if (sides.negative === undefined || !isActive(layers, moment)) return sides;
        return { ...sides, negative: await moment.estimate({ of: 'negative', changes: [changeOf(layers)] }) };
      },
    }),
  };
}

function isActive({ startPercent, endPercent, ...layers }: SkippedLayers, moment: GuidanceMoment): boolean {
  if (layers.doubleLayers.length + layers.singleLayers.length === 0) return false;
  const { sigma, percentToSigma } = moment;
  return sigma <= percentToSigma(startPercent) && sigma >= percentToSigma(endPercent);
}

function changeOf({ doubleLayers, singleLayers }: SkippedLayers): NetworkChange {
  return { kind: 'skipped-layers', doubleLayers, singleLayers };
}

function awayFrom(guided: Float32Array, positive: Float32Array, weakened: Float32Array, scale: number): Float32Array {
  return guided.map((value, i) => value + scale * (positive[i]! - weakened[i]!));
}

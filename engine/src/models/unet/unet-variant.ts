// What the changes of an evaluation mean for the UNet: which parts of its graph differ, and a key for graphs that do not. Strengths
// are no part of it: they are fed as inputs, so that another strength needs no other session.
import { EngineError } from '../../errors.ts';
import { type ProjectionFactors, productOf } from '../attention-projections.ts';
import type { AttentionScaleChange, DownscaleChange, FreeUChange, NetworkChange } from '../network-change.ts';
import type { UnetLayout } from './unet-layout.ts';

export type AttentionKind = AttentionScaleChange['attention'];

export interface UnetVariant {
  /** Empty for the unchanged network; equal keys mean equal graphs. */
  readonly key: string;
  readonly freeU: readonly FreeUChange[];
  readonly downscales: readonly DownscaleChange[];
  /** Products of all changes of that kind of attention. */
  readonly attentionScales: Readonly<Partial<Record<AttentionKind, ProjectionFactors>>>;
  readonly hasIdentityAttention: boolean;
}

/** @throws EngineError NETWORK_CHANGE_UNSUPPORTED, INVALID_ARGUMENT */
export function unetVariant(changes: readonly NetworkChange[], layout: UnetLayout): UnetVariant {
  const ofKind = <K extends NetworkChange['kind']>(kind: K) =>
    changes.filter((change): change is Extract<NetworkChange, { kind: K }> => change.kind === kind);
  if (ofKind('skipped-layers').length > 0) {
    throw unsupported('skipped layers', 'a UNet has no such layers, they are those of a transformer (SD 3, Flux)');
  }
  const downscales = ofKind('downscale');
  for (const change of downscales) requirePossible(change, layout);
  const variant = {
    freeU: ofKind('free-u'),
    downscales,
    attentionScales: productsOf(ofKind('attention-scale')),
    hasIdentityAttention: ofKind('identity-attention').length > 0,
  };
  return { ...variant, key: keyOf(variant) };
}

function keyOf({ freeU, downscales, attentionScales, hasIdentityAttention }: Omit<UnetVariant, 'key'>): string {
  return [
    ...freeU.map(({ version }) => `FreeU ${version}`),
    ...downscales.map(({ block, isAfterSkip }) => `smaller ${isAfterSkip ? 'after' : 'at'} ${block}`),
    ...Object.keys(attentionScales).map(kind => `scaled ${kind} attention`),
    ...(hasIdentityAttention ? ['identity attention'] : []),
  ].join(', ');
}

function productsOf(changes: readonly AttentionScaleChange[]): UnetVariant['attentionScales'] {
  const products: Partial<Record<AttentionKind, ProjectionFactors>> = {};
  for (const { attention, ...factors } of changes) {
    products[attention] = productOf(products[attention], factors);
  }
  return products;
}

function requirePossible({ block, factor, downscaleMethod, upscaleMethod }: DownscaleChange, layout: UnetLayout): void {
  const last = layout.inputBlocks.length - 1;
  if (!Number.isInteger(block) || block < 0 || block > last) {
    throw unsupported(`a smaller map at block ${block}`, `its input blocks are numbered 0 to ${last}`);
  }
  if (!(factor > 0)) {
    throw new EngineError('INVALID_ARGUMENT', { name: 'downscale_factor', expected: 'above 0', actual: factor });
  }
  if (downscaleMethod === 'bislerp' || upscaleMethod === 'bislerp') {
    throw unsupported(
      'a smaller map resized with bislerp',
      'maps are resized by bicubic, bilinear, area and nearest-exact',
    );
  }
}

function unsupported(change: string, reason: string): EngineError {
  return new EngineError('NETWORK_CHANGE_UNSUPPORTED', { family: 'a UNet', change, reason });
}

// How a model is written as a graph: which operators are good on the device, and how half-precision weights become float32.
// The choices are measurements, see docs/engine.md.
import type { EncodeModelOptions } from '../onnx/encode-model.ts';
import type { Device } from '../runtime/backend.ts';

/**
 * `streamed`: large weights are cast right before use and the float32 copy lives for one layer. `folded`: onnxruntime casts all
 * weights when the session is opened and keeps them.
 */
export type WeightMode = 'streamed' | 'folded';

export interface GraphStyle {
  readonly weights: WeightMode;
  /** Standard `Attention` and `GroupNormalization` instead of what is fastest on the CPU. */
  readonly usesStandardOperators: boolean;
  readonly encoding: EncodeModelOptions;
}

/** WebGPU computes the fused attention wrongly and cannot cast half floats on every adapter; the CPU wants the opposite. */
export function graphStyleFor(device: Device, weights: WeightMode): GraphStyle {
  if (device === 'webgpu') return { weights: 'folded', usesStandardOperators: true, encoding: { opset: 23 } };
  return { weights, usesStandardOperators: false, encoding: { opset: 21 } };
}

/** Part of a session's cache key. */
export function styleName({ weights, usesStandardOperators }: GraphStyle): string {
  return `${weights}${usesStandardOperators ? ', standard operators' : ''}`;
}

// Exposure bias: in training the network sees truer inputs than its own results. Scaling the predicted noise down a little makes
// up for it. Ning et al., "Elucidating the Exposure Bias in Diffusion Models" (2024), section 5.

import { EngineError } from '../../errors.ts';
import type { GuidancePatch } from '../../models/guidance-patch.ts';

/** @param divisor of the predicted noise, above 0; 1 changes nothing. @throws EngineError INVALID_ARGUMENT */
export function scaledNoiseGuidance(divisor: number): GuidancePatch {
  if (!(divisor > 0 && Number.isFinite(divisor))) {
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'scaling_factor',
      expected: 'a number above 0',
      actual: divisor,
    });
  }
  return {
    name: 'Epsilon Scaling',
    start: () => ({
      after: (guided, _, { x: { data } }) => guided.map((value, i) => data[i]! - (data[i]! - value) / divisor),
    }),
  };
}

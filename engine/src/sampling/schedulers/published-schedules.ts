// The schedulers that look their noise levels up: a published list for the kind of model, stretched to the number of steps.
import { EngineError } from '../../errors.ts';
import { gitsCoefficients, gitsLevels } from './gits-levels.ts';
import { tableSigmas } from './log-linear.ts';
import { alignYourStepsLevels, optimalStepsLevels } from './published-levels.ts';

/** Lists by the name of their scheduler and kind of model. */
const lists = { alignYourSteps: alignYourStepsLevels, optimalSteps: optimalStepsLevels } as const;

export interface PublishedScheduleOptions {
  readonly steps: number;
  /** Share of the steps to run, the last ones; 0 or less gives no sigmas. */
  readonly denoise: number;
}

/**
 * Sigmas of "Align Your Steps" for `SD1`, `SDXL` or `SVD`, or of "optimal steps" for `FLUX`, `Wan` or `Chroma`.
 * @throws EngineError INVALID_ARGUMENT for another kind of model.
 */
export function publishedSigmas(
  list: keyof typeof lists,
  modelType: string,
  { steps, denoise }: PublishedScheduleOptions,
): Float32Array {
  const levels: Readonly<Record<string, readonly number[]>> = lists[list];
  const found = Object.hasOwn(levels, modelType) ? levels[modelType] : undefined;
  if (found === undefined) {
    const expected = `one of ${Object.keys(levels).join(', ')}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'The model type', expected, actual: modelType });
  }
  return tableSigmas(found, steps, denoise);
}

/**
 * Sigmas of GITS.
 * @param coefficient strength of the adaptation, one of `gitsCoefficients`
 * @throws EngineError INVALID_ARGUMENT for another coefficient.
 */
export function gitsSigmas(coefficient: number, { steps, denoise }: PublishedScheduleOptions): Float32Array {
  const levels = gitsLevels(coefficient, steps);
  if (levels === undefined) {
    const expected = `one of ${gitsCoefficients.join(', ')}`;
    throw new EngineError('INVALID_ARGUMENT', { name: 'coeff', expected, actual: coefficient });
  }
  return tableSigmas(levels, steps, denoise);
}

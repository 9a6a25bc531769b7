// Classifier-free guidance: estimate = negative + cfg * (positive - negative). Ho & Salimans, "Classifier-Free
// Diffusion Guidance" (2022).
import type { CallOptions } from '../../models/model.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BothEstimates } from '../samplers/sampler.ts';
import type { Condition } from './condition.ts';
import type { Denoiser } from './denoiser.ts';
import { estimateGroups } from './estimate.ts';

export interface Guidance {
  readonly denoiser: Denoiser;
  readonly positive: readonly Condition[];
  readonly negative: readonly Condition[];
  /** Guidance scale; at 1 the negative conditioning has no influence and is not evaluated. */
  readonly cfg: number;
}

/** Guided estimate of the clean latent. */
export async function guidedEstimate(
  guidance: Guidance,
  x: Tensor,
  sigma: number,
  options?: CallOptions,
): Promise<Float32Array> {
  const { denoiser, positive, cfg } = guidance;
  if (!isOne(cfg)) return (await bothEstimates(guidance, x, sigma, options)).guided;
  const [estimate] = await estimateGroups(denoiser, [positive], x, sigma, options);
  return estimate!;
}

/** Guided and negative estimate. */
export async function bothEstimates(
  guidance: Guidance,
  x: Tensor,
  sigma: number,
  options?: CallOptions,
): Promise<BothEstimates> {
  const { denoiser, positive, negative, cfg } = guidance;
  const [towards, away] = await estimateGroups(denoiser, [positive, negative], x, sigma, options);
  return { guided: guide(towards!, away!, cfg), unconditional: away! };
}

/** Every operation is rounded, as in the reference: a run that begins at a tiny sigma magnifies even that. */
function guide(positive: Float32Array, negative: Float32Array, cfg: number): Float32Array {
  const scale = Math.fround(cfg);
  const guided = new Float32Array(positive.length);
  for (let i = 0; i < guided.length; i++) {
    guided[i] = negative[i]! + Math.fround(Math.fround(positive[i]! - negative[i]!) * scale);
  }
  return guided;
}

/** Python's `math.isclose(cfg, 1)`. */
function isOne(cfg: number): boolean {
  return Math.abs(cfg - 1) <= 1e-9 * Math.max(Math.abs(cfg), 1);
}

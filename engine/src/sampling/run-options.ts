// What every sampling run is told, and what it tells while it goes on.
import type { Tensor } from '../tensor/tensor.ts';

/** LATENT as nodes exchange it. */
export interface LatentInput {
  /** [batch, channels, height, width]; all zeros for an empty latent. */
  readonly samples: Tensor;
  /** 1 = denoise, 0 = keep; any size, [items, height, width] or [items, 1, height, width]. */
  readonly noiseMask?: Tensor | undefined;
  /** Place of each item in the batch it was made in: reproduces its noise. */
  readonly batchIndex?: readonly number[] | undefined;
}

/** What is known in a step before the latent is updated. The tensors are not written to later, so they may be kept. */
export interface SamplingStep {
  /** From 0. */
  readonly step: number;
  readonly totalSteps: number;
  /** Noisy latent, in model space. */
  readonly x: Tensor;
  /** Estimate of the clean latent, in model space (see `latentToRgb`). */
  readonly denoised: Tensor;
}

export interface RunOptions {
  readonly latent: LatentInput;
  /** `0.3` seeds the step noise with the seed itself, as old versions did; by default it is seed + 1. */
  readonly compatNoise?: '0.3' | undefined;
  readonly onStep?: ((step: SamplingStep) => void) | undefined;
  /** Told once per run what of the conditioning it goes on without. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Checked before each step and each call of the network. */
  readonly signal?: AbortSignal | undefined;
}

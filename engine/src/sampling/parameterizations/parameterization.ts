// What a sigma (noise level) means for one kind of model: a noise schedule (table of sigmas, conversions to timesteps
// and percentages) joined with a prediction (how the network's input is scaled and its output read). Samplers and
// schedulers see nothing else of a model. Rules and golden values: golden data, sections "Schedules" and "Samplers". To
// add one: a schedule in `*-schedule.ts` or a line in `predictions.ts`, then a case in `parameterization-of.ts`.

/** Noise levels of a model. Sigmas are 32-bit floats, timesteps are what the network receives. */
export interface NoiseSchedule {
  /** Ascending table from which the table-driven schedulers pick. */
  readonly sigmas: Float32Array;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  timestep(sigma: number): number;
  sigma(timestep: number): number;
  /** Sigma at which `percent` (0..1) of the denoising is done; beyond the ends a value that encloses every sigma. */
  percentToSigma(percent: number): number;
}

/** How signal, noise, network input and network output relate at one sigma. All arrays returned are new. */
export interface Prediction {
  /**
   * Rectified flow: x = (1 - sigma) * latent + sigma * noise. Otherwise the variance grows: x = latent + sigma * noise.
   */
  readonly isFlow: boolean;
  /** Input of the network for the noisy latent `x`. */
  scaleInput(x: Float32Array, sigma: number): Float32Array;
  /** Estimate of the clean latent from the network's output for `x`. */
  denoised(output: Float32Array, x: Float32Array, sigma: number): Float32Array;
  /**
   * `latent` with noise at level `sigma`; `isMax` when sampling starts from the highest sigma (nothing of the latent is
   * left).
   */
  noiseScaling(sigma: number, noise: Float32Array, latent: Float32Array, isMax?: boolean): Float32Array;
  /** Undoes the scaling of the signal after a run that stopped at `sigma`. */
  inverseNoiseScaling(sigma: number, x: Float32Array): Float32Array;
}

export type Parameterization = NoiseSchedule & Prediction;

/** Ends of `percentToSigma` for schedules whose sigma is unbounded. */
export const sigmaOfPercentZero = 999999999.9;

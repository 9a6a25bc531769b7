// A sampler integrates from noise to a latent along given sigmas. It knows no network, no guidance and no mask: it asks
// `run` for estimates of the clean latent and for noise. Latents are flat arrays in model space and are never written
// to once they exist: every update makes a new array.
//
// To add one: a file named for it (or for its family), opening with its paper; a function of type `Sampler`, or one
// that makes a `Sampler` from options; a line in `samplers.ts`; golden cases through `npm run parity`.

/** What a run offers to its sampler. */
export interface SamplerRun {
  /** Descending noise levels (32-bit floats), at least two, usually ending in 0. */
  readonly sigmas: Float32Array;
  /** Shape of the latent, [batch, channels, ..., height, width]. */
  readonly dims: readonly number[];
  /** Rectified flow: x = (1 - sigma) * latent + sigma * noise. Otherwise x = latent + sigma * noise. */
  readonly isFlow: boolean;
  /** Sigma at which this share (0..1) of the denoising is done. */
  readonly percentToSigma: (percent: number) => number;
  /**
   * Guided estimate of the clean latent. Rejects when the run is aborted or the network gives no numbers.
   * @param dims shape of `x` when it is not that of the latent
   */
  denoise(x: Float32Array, sigma: number, dims?: readonly number[]): Promise<Float32Array>;
  /** The same together with the unguided estimate; evaluates the negative conditioning even when cfg is 1. */
  denoiseBoth(x: Float32Array, sigma: number): Promise<BothEstimates>;
  /** The next draw of standard normal step noise. */
  nextNoise(): Float32Array;
  /** Standard normal noise of the step from `sigma` to `sigmaNext`, consistent between a step and its parts. */
  brownianNoise(sigma: number, sigmaNext: number): Float32Array;
  /** The next `count` values of the generator that made the initial noise. */
  continuedNoise(count: number): Float32Array;
  /** Call once per step, before the update: progress and preview. */
  report(step: number, x: Float32Array, denoised: Float32Array, dims?: readonly number[]): void;
}

export interface BothEstimates {
  readonly guided: Float32Array;
  readonly unconditional: Float32Array;
}

/** Integrates from `start` (at `run.sigmas[0]`) to the last sigma. */
export type Sampler = (run: SamplerRun, start: Float32Array) => Promise<Float32Array>;

/** SAMPLER: a sampler as runs take it: the integrator and what the run must do for it. */
export interface SamplerDefinition {
  readonly integrate: Sampler;
  /** Evaluates between the given sigmas: its schedules leave out the last but one value. */
  readonly discardsPenultimate?: true;
  /** Stops at this sigma when the schedule ends in 0. */
  readonly lastSigma?: number;
  /** Inpainting covers the kept part with noise of its own (seed + 1) instead of the initial noise. */
  readonly hasOwnMaskNoise?: true;
  /** Shape of the result, for samplers that change the size of the latent. */
  readonly resultDims?: (dims: readonly number[]) => readonly number[];
}

/** Options of samplers that add noise. */
export interface StochasticOptions {
  /** Share of the noise that is replaced: 0 is deterministic, 1 (default) the ancestral process. */
  readonly eta?: number;
  /** Factor of the added noise, default 1. */
  readonly sNoise?: number;
}

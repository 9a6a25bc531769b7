// The network as guidance sees it: conditioned noisy latents in, estimates of the clean latents out. `networkDenoiser`
// makes one of a model by putting its parameterisation around `predict`; tests put a formula in its place.
import type { CallOptions, DiffusionModel } from '../../models/model.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Parameterization } from '../parameterizations/parameterization.ts';

export interface DenoiserInput {
  /** [items, channels, ...], noisy latents in model space. */
  readonly x: Tensor;
  /** Noise level of all items. */
  readonly sigma: number;
  /** [items, tokens, width] */
  readonly context: Tensor;
  /** What ControlNets add to all of these items; undefined: nothing. */
  readonly control?: unknown;
}

/** Estimates of the clean latents, shape of `x`. */
export type Denoiser = (input: DenoiserInput, options?: CallOptions) => Promise<Tensor>;

export function networkDenoiser(model: DiffusionModel, parameterization: Parameterization): Denoiser {
  return async ({ x, sigma, context, control }, options) => {
    const input = { data: parameterization.scaleInput(x.data, sigma), dims: x.dims };
    const timesteps = new Float32Array(x.dims[0]!).fill(parameterization.timestep(sigma));
    const output = await model.predict({ x: input, timesteps, context, control }, options);
    return { data: parameterization.denoised(output.data, x.data, sigma), dims: x.dims };
  };
}

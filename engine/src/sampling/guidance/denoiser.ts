// The network as guidance sees it: conditioned noisy latents in, estimates of the clean latents out. `networkDenoiser`
// makes one of a model by putting its parameterisation around `predict`; tests put a formula in its place.
import { EngineError } from '../../errors.ts';
import type { CallOptions, DiffusionModel, NetworkInput } from '../../models/model.ts';
import type { NetworkChange } from '../../models/network-change.ts';
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
  /** Changes of the network beside those of the model. */
  readonly changes?: readonly NetworkChange[];
}

/** Estimates of the clean latents, shape of `x`. */
export type Denoiser = (input: DenoiserInput, options?: CallOptions) => Promise<Tensor>;

export function networkDenoiser(model: DiffusionModel, parameterization: Parameterization): Denoiser {
  const inputOf = networkInputs(model, parameterization);
  return async (input, options) => {
    const { x, sigma } = input;
    const output = await model.predict(inputOf(input), options);
    return { data: parameterization.denoised(output.data, x.data, sigma), dims: x.dims };
  };
}

/** How much attention each cell of the network's coarsest map gets, [items, height, width]. */
export function networkAttention(model: DiffusionModel, parameterization: Parameterization): Denoiser {
  const inputOf = networkInputs(model, parameterization);
  return async (input, options) => {
    if (model.attention !== undefined) return model.attention(inputOf(input), options);
    throw new EngineError('INVALID_ARGUMENT', {
      name: 'The model of Self-Attention Guidance',
      expected: 'one with a UNet (SD 1.x, SD 2.x, SDXL)',
      actual: 'of another kind',
    });
  };
}

/** What the network is given: scaled input, timesteps, and the changes that are active at this noise level. */
function networkInputs({ networkPatches = [] }: DiffusionModel, parameterization: Parameterization) {
  const patches = networkPatches.map(({ change, startPercent = 0, endPercent = 1 }) => ({
    change,
    startSigma: parameterization.percentToSigma(startPercent),
    endSigma: parameterization.percentToSigma(endPercent),
  }));
  return ({ x, sigma, context, control, changes = [] }: DenoiserInput): NetworkInput => {
    const active = patches.filter(({ startSigma, endSigma }) => sigma <= startSigma && sigma >= endSigma);
    return {
      x: { data: parameterization.scaleInput(x.data, sigma), dims: x.dims },
      timesteps: new Float32Array(x.dims[0]!).fill(parameterization.timestep(sigma)),
      context,
      control,
      changes: [...active.map(({ change }) => change), ...changes],
    };
  };
}

// How networks are spoken to: the preconditioning (c_in, c_skip, c_out) of Karras et al., "Elucidating the Design Space
// of Diffusion-Based Generative Models" (2022), table 1: input = c_in * x, denoised = c_skip * x + c_out * output.
import { weightedSum } from '../weighted-sum.ts';
import type { Prediction } from './parameterization.ts';

interface Preconditioning {
  readonly input: (sigma: number) => number;
  readonly skip: (sigma: number) => number;
  readonly output: (sigma: number) => number;
}

/** The network predicts the noise. */
export const epsPrediction = explodingPrediction({
  input: sigma => 1 / Math.hypot(sigma, 1),
  skip: () => 1,
  output: sigma => -sigma,
});

/**
 * The network predicts the velocity of the angle between noise and data (Salimans & Ho, "Progressive Distillation",
 * 2022).
 */
export const vPrediction = edmPrediction(1, -1);

/**
 * The network predicts what is missing to the data, scaled to unit variance.
 * @param sigmaData standard deviation of the data
 * @param sign -1 turns it into the prediction of v
 */
export function edmPrediction(sigmaData: number, sign: 1 | -1 = 1): Prediction {
  return explodingPrediction({
    input: sigma => 1 / Math.hypot(sigma, sigmaData),
    skip: sigma => sigmaData ** 2 / (sigma ** 2 + sigmaData ** 2),
    output: sigma => (sign * sigma * sigmaData) / Math.hypot(sigma, sigmaData),
  });
}

/** The network predicts the clean latent itself. */
export const cleanPrediction = explodingPrediction({
  input: sigma => 1 / Math.hypot(sigma, 1),
  skip: () => 0,
  output: () => 1,
});

/** The same for a network that takes the noisy latent as it is. */
export const unscaledCleanPrediction: Prediction = {
  ...cleanPrediction,
  scaleInput: x => x.slice(),
};

/**
 * A consistency model predicts the noise, and at small timesteps its input is the answer (Luo et al., "Latent Consistency
 * Models", 2023, section 4.3; timesteps are scaled by 10 and data has a standard deviation of 0.5).
 */
export function consistencyPrediction(timestep: (sigma: number) => number): Prediction {
  const skip = (sigma: number): number => 0.25 / ((timestep(sigma) * 10) ** 2 + 0.25);
  const output = (sigma: number): number => {
    const scaled = timestep(sigma) * 10;
    return scaled / Math.hypot(scaled, 0.5);
  };
  return explodingPrediction({
    input: sigma => 1 / Math.hypot(sigma, 1),
    skip: sigma => skip(sigma) + output(sigma),
    output: sigma => -sigma * output(sigma),
  });
}

/** The network predicts the velocity of a rectified flow, but works with x = latent + sigma * noise (Cosmos). */
export const scaledFlowPrediction: Prediction = {
  ...explodingPrediction({
    input: sigma => 1 / (sigma + 1),
    skip: sigma => 1 / (sigma + 1),
    output: sigma => -sigma / (sigma + 1),
  }),
  noiseScaling: (sigma, noise, latent) => weightedSum([sigma, noise], [1, latent]),
};

/** The network predicts the constant velocity noise - latent (Liu et al., "Flow Straight and Fast", 2022). */
export const flowPrediction: Prediction = {
  isFlow: true,
  ...preconditioned({ input: () => 1, skip: () => 1, output: sigma => -sigma }),
  noiseScaling: (sigma, noise, latent) => weightedSum([sigma, noise], [1 - sigma, latent]),
  inverseNoiseScaling: (sigma, x) => weightedSum([1 / (1 - sigma), x]),
};

/**
 * x = latent + sigma * noise; at the highest sigma the latent counts as unit variance and is replaced by more noise.
 */
function explodingPrediction(preconditioning: Preconditioning): Prediction {
  return {
    isFlow: false,
    ...preconditioned(preconditioning),
    noiseScaling: (sigma, noise, latent, isMax = false) =>
      weightedSum([isMax ? Math.sqrt(1 + sigma ** 2) : sigma, noise], [1, latent]),
    inverseNoiseScaling: (_, x) => x.slice(),
  };
}

function preconditioned({ input, skip, output }: Preconditioning): Pick<Prediction, 'scaleInput' | 'denoised'> {
  return {
    scaleInput: (x, sigma) => weightedSum([input(sigma), x]),
    denoised: (values, x, sigma) => weightedSum([skip(sigma), x], [output(sigma), values]),
  };
}

// How networks are spoken to: the preconditioning (c_in, c_skip, c_out) of Karras et al., "Elucidating the Design Space of
// Diffusion-Based Generative Models" (2022), table 1: input = c_in * x, denoised = c_skip * x + c_out * output.
import { weightedSum } from '../weighted-sum.ts';
import type { Prediction } from './parameterization.ts';

type Scale = (sigma: number) => number;

interface Preconditioning {
  readonly input: Scale;
  readonly skip: Scale;
  readonly output: Scale;
}

/** The network predicts the noise. */
export const epsPrediction = explodingPrediction({
  input: sigma => 1 / Math.hypot(sigma, 1),
  skip: () => 1,
  output: sigma => -sigma,
});

/** The network predicts the velocity of the angle between noise and data (Salimans & Ho, "Progressive Distillation", 2022). */
export const vPrediction = explodingPrediction({
  input: sigma => 1 / Math.hypot(sigma, 1),
  skip: sigma => 1 / (sigma ** 2 + 1),
  output: sigma => -sigma / Math.hypot(sigma, 1),
});

/** x = latent + sigma * noise; at the highest sigma the latent counts as unit variance and is replaced by more noise. */
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

/** The network predicts the constant velocity noise - latent (Liu et al., "Flow Straight and Fast", 2022). */
export const flowPrediction: Prediction = {
  isFlow: true,
  ...preconditioned({ input: () => 1, skip: () => 1, output: sigma => -sigma }),
  noiseScaling: (sigma, noise, latent) => weightedSum([sigma, noise], [1 - sigma, latent]),
  inverseNoiseScaling: (sigma, x) => weightedSum([1 / (1 - sigma), x]),
};

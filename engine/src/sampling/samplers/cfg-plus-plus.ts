// CFG++: the guided estimate says where the clean latent is, the unguided one which noise is left; this keeps guided trajectories on
// the data manifold at small guidance scales. Chung et al., "CFG++: Manifold-constrained Classifier Free Guidance for Diffusion
// Models" (2024). For the samplers' other steps see the plain samplers of the same name.
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import type { Sampler, StochasticOptions } from './sampler.ts';
import { slope } from './slope.ts';

/** @param options `eta` 0 (default here) is the deterministic sampler. */
export function eulerCfgPlusPlus({ eta = 0, sNoise = 1 }: StochasticOptions = {}): Sampler {
  return async (run, start) => {
    const { sigmas, isFlow } = run;
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const sigmaNext = sigmas[i + 1]!;
      const { guided, unconditional } = await run.denoiseBoth(x, sigma);
      run.report(i, x, guided);
      const { down, up, signal } = ancestralStep(sigma, sigmaNext, eta, isFlow);
      x = weightedSum([1, guided], [down, slope(x, unconditional, sigma)]);
      if (up > 0) x = weightedSum([signal, x], [up * sNoise, run.nextNoise()]);
    }
    return x;
  };
}

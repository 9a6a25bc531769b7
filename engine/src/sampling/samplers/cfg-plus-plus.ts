// CFG++: the guided estimate says where the clean latent is, the unguided one which noise is left; this keeps guided
// trajectories on the data manifold at small guidance scales. Chung et al., "CFG++: Manifold-constrained Classifier
// Free Guidance for Diffusion Models" (2024). For the samplers' other steps see the plain samplers of the same name.
import { weightedSum } from '../weighted-sum.ts';
import { ancestralStep } from './ancestral-step.ts';
import { signalScale } from './half-log-snr.ts';
import type { Sampler, SamplerRun, StochasticOptions } from './sampler.ts';
import { slope } from './slope.ts';

/** @param options `eta` 0 (default here) is the deterministic sampler. */
export function eulerCfgPlusPlus({ eta = 0, sNoise = 1 }: StochasticOptions = {}): Sampler {
  return async (run, start) => {
    const { sigmas, isFlow } = run;
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const [sigma, sigmaNext] = [sigmas[i]!, sigmas[i + 1]!];
      const { guided, unconditional } = await run.denoiseBoth(x, sigma);
      run.report(i, x, guided);
      const [signal, signalNext] = [signalScale(sigma, isFlow), signalScale(sigmaNext, isFlow)];
      const noise = weightedSum([1 / sigma, x], [-signal / sigma, unconditional]);
      // In noise per signal, where a flow looks like a growing variance.
      const { down, up } = ancestralStep(sigma / signal, sigmaNext / signalNext, eta, false);
      x = weightedSum([signalNext, guided], [signalNext * down, noise]);
      if (up > 0) x = weightedSum([1, x], [signalNext * up * sNoise, run.nextNoise()]);
    }
    return x;
  };
}

/**
 * Another reading of the same idea: Euler along the slope to an estimate that lies as far beyond the guided one as that
 * lies beyond the unguided one. Found in the golden cases `node_SamplerEulerCFGpp_*`.
 */
export async function eulerBeyondGuided(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const { guided, unconditional } = await run.denoiseBoth(x, sigmas[i]!);
    run.report(i, x, guided);
    const beyond = weightedSum([2, guided], [-1, unconditional]);
    x = weightedSum([1, beyond], [sigmas[i + 1]!, slope(x, beyond, sigmas[i]!)]);
  }
  return x;
}

/** Second-order multistep: the change of the estimates is that between the guided and the last unguided one. */
export async function dpmpp2mCfgPlusPlus(run: SamplerRun, start: Float32Array): Promise<Float32Array> {
  const { sigmas } = run;
  let x = start;
  let previous: Float32Array | undefined;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const sigma = sigmas[i]!;
    const sigmaNext = sigmas[i + 1]!;
    const { guided, unconditional } = await run.denoiseBoth(x, sigma);
    run.report(i, x, guided);
    const ratio = sigmaNext / sigma;
    let next = weightedSum([1, guided], [ratio, x], [-ratio, unconditional]);
    if (previous !== undefined && sigmaNext > 0) {
      const share = ((1 - ratio) * Math.log(sigma / sigmaNext)) / Math.log(sigmas[i - 1]! / sigma) / 2;
      next = weightedSum([1, next], [share, guided], [-share, previous]);
    }
    x = next;
    previous = unconditional;
  }
  return x;
}

export function dpmpp2sAncestralCfgPlusPlus({ eta = 1, sNoise = 1 }: StochasticOptions = {}): Sampler {
  return async (run, start) => {
    const { sigmas } = run;
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const sigma = sigmas[i]!;
      const sigmaNext = sigmas[i + 1]!;
      const { guided, unconditional } = await run.denoiseBoth(x, sigma);
      run.report(i, x, guided);
      const { down, up } = ancestralStep(sigma, sigmaNext, eta, false);
      if (down === 0) {
        x = guided;
        continue;
      }
      const middle = Math.fround(Math.sqrt(sigma * down));
      const ratio = middle / sigma;
      const between = weightedSum([1, guided], [ratio, x], [-ratio, unconditional]);
      const atMiddle = await run.denoiseBoth(between, middle);
      // Which noise is left is read from the latest unguided estimate.
      const kept = down / sigma;
      x = weightedSum([kept, x], [kept, guided], [-kept, atMiddle.unconditional], [1 - kept, atMiddle.guided]);
      if (sigmaNext > 0) x = weightedSum([1, x], [up * sNoise, run.nextNoise()]);
    }
    return x;
  };
}

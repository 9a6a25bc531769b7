// Scheduler and sigma nodes of the golden folder `schedulers`, by their class: from the params of a case to the sigmas that
// its file holds.
import type { Parameterization } from '../../engine/src/sampling/parameterizations/parameterization.ts';
import { betaSigmas } from '../../engine/src/sampling/schedulers/beta.ts';
import {
  extendSigmas,
  flipSigmas,
  type SigmaSpacing,
  splitSigmas,
  splitSigmasByDenoise,
  withFirstSigma,
} from '../../engine/src/sampling/schedulers/edit-sigmas.ts';
import { exponentialSigmas } from '../../engine/src/sampling/schedulers/exponential.ts';
import { karrasSigmas } from '../../engine/src/sampling/schedulers/karras.ts';
import { laplaceSigmas } from '../../engine/src/sampling/schedulers/laplace.ts';
import { polyexponentialSigmas } from '../../engine/src/sampling/schedulers/polyexponential.ts';
import { gitsSigmas, publishedSigmas } from '../../engine/src/sampling/schedulers/published-schedules.ts';
import { sdTurboSigmas } from '../../engine/src/sampling/schedulers/sd-turbo.ts';
import { shiftedFlowSigmas } from '../../engine/src/sampling/schedulers/shifted-flow.ts';
import { variancePreservingSigmas } from '../../engine/src/sampling/schedulers/variance-preserving.ts';

/** Inputs of the nodes; which are present depends on the node. */
interface NodeParams {
  readonly steps: number;
  readonly sigma_max: number;
  readonly sigma_min: number;
  readonly rho: number;
  readonly alpha: number;
  readonly beta: number;
  readonly mu: number;
  readonly beta_d: number;
  readonly beta_min: number;
  readonly eps_s: number;
  readonly denoise: number;
  readonly coeff: number;
  readonly model_type: string;
  readonly max_shift: number;
  readonly base_shift: number;
  readonly stretch: boolean;
  readonly terminal: number;
  readonly latent_shape: readonly number[] | null;
  readonly step: number;
  readonly sigma: number;
  readonly start_at_sigma: number;
  readonly end_at_sigma: number;
  readonly spacing: SigmaSpacing;
  /** Sigmas given to the node. */
  readonly input: Float32Array;
  readonly parameterization: Parameterization;
}

/** Outputs by the name of their tensor. */
type Outputs = Readonly<Record<string, Float32Array>>;

/** Cells of a latent that is not given to LTXVScheduler. */
const usualCells = 4096;

const split = ({ high, low }: { high: Float32Array; low: Float32Array }): Outputs => ({
  high_sigmas: high,
  low_sigmas: low,
});

export const sigmaNodes: Readonly<Record<string, (params: NodeParams) => Outputs>> = {
  KarrasScheduler: p => ({ sigmas: karrasSigmas(p.steps, p.sigma_min, p.sigma_max, p.rho) }),
  ExponentialScheduler: p => ({ sigmas: exponentialSigmas(p.steps, p.sigma_min, p.sigma_max) }),
  PolyexponentialScheduler: p => ({ sigmas: polyexponentialSigmas(p.steps, p.sigma_min, p.sigma_max, p.rho) }),
  LaplaceScheduler: p => ({ sigmas: laplaceSigmas(p.steps, p.sigma_min, p.sigma_max, p) }),
  VPScheduler: p => ({
    sigmas: variancePreservingSigmas(p.steps, { betaD: p.beta_d, betaMin: p.beta_min, lastTime: p.eps_s }),
  }),
  SDTurboScheduler: p => ({ sigmas: sdTurboSigmas(p.parameterization, p.steps, p.denoise) }),
  BetaSamplingScheduler: p => ({ sigmas: betaSigmas(p.parameterization, p.steps, p.alpha, p.beta) }),
  AlignYourStepsScheduler: p => ({ sigmas: publishedSigmas('alignYourSteps', p.model_type, p) }),
  OptimalStepsScheduler: p => ({ sigmas: publishedSigmas('optimalSteps', p.model_type, p) }),
  GITSScheduler: p => ({ sigmas: gitsSigmas(p.coeff, p) }),
  LTXVScheduler: p => ({
    sigmas: shiftedFlowSigmas(p.steps, {
      cells: p.latent_shape?.slice(2).reduce((product, side) => product * side, 1) ?? usualCells,
      maxShift: p.max_shift,
      baseShift: p.base_shift,
      terminal: p.stretch ? p.terminal : undefined,
    }),
  }),
  SplitSigmas: p => split(splitSigmas(p.input, p.step)),
  SplitSigmasDenoise: p => split(splitSigmasByDenoise(p.input, p.denoise)),
  FlipSigmas: p => ({ sigmas: flipSigmas(p.input) }),
  SetFirstSigma: p => ({ sigmas: withFirstSigma(p.input, p.sigma) }),
  ExtendIntermediateSigmas: p => ({
    sigmas: extendSigmas(p.input, {
      steps: p.steps,
      startAt: p.start_at_sigma,
      endAt: p.end_at_sigma,
      spacing: p.spacing,
    }),
  }),
};

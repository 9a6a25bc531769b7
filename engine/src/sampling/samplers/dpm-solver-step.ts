// One step of DPM-Solver of order 1, 2 or 3 with noise prediction, in lambda = -log(sigma). Lu et al., "DPM-Solver: A
// Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps" (2022), algorithms 1 and 2. Orders
// share their evaluations, so that a step can be compared with one of lower order at no cost.
import { weightedSum } from '../weighted-sum.ts';
import type { SamplerRun } from './sampler.ts';
import { slope } from './slope.ts';

const f32 = Math.fround;

/** Sigma of a lambda, rounded as a tensor would be. */
export function levelOf(lambda: number): number {
  return f32(Math.exp(-lambda));
}

/** Ends of a run in lambda: a last sigma of 0, which has none, is replaced by the one before. */
export function lambdaRange(sigmas: Float32Array): { from: number; to: number } {
  const last = sigmas.at(-1)!;
  const end = last === 0 ? sigmas.at(-2)! : last;
  return { from: f32(-Math.log(sigmas[0]!)), to: f32(-Math.log(end)) };
}

export class DpmSolverStep {
  readonly #run: SamplerRun;
  readonly #x: Float32Array;
  readonly #lambda: number;
  readonly #h: number;
  readonly #noise: Float32Array;
  /** Noise at the intermediate points already evaluated, by their share of the step. */
  readonly #between = new Map<number, Float32Array>();

  private constructor(run: SamplerRun, x: Float32Array, lambda: number, lambdaNext: number, noise: Float32Array) {
    this.#run = run;
    this.#x = x;
    this.#lambda = lambda;
    this.#h = f32(lambdaNext - lambda);
    this.#noise = noise;
  }

  /** @param denoised estimate for `x` at `lambda` */
  static from(
    run: SamplerRun,
    x: Float32Array,
    denoised: Float32Array,
    lambda: number,
    lambdaNext: number,
  ): DpmSolverStep {
    return new DpmSolverStep(run, x, lambda, lambdaNext, slope(x, denoised, levelOf(lambda)));
  }

  first(): Float32Array {
    return this.#firstOrder(1);
  }

  /** @param r1 place of the intermediate point, a share of the step */
  async second(r1 = 1 / 2): Promise<Float32Array> {
    const noise1 = await this.#noiseAt(r1, this.#firstOrder(r1));
    const gain = this.#gain(1);
    return weightedSum([1, this.#x], [-gain, this.#noise], [-gain / (2 * r1), this.#changeTo(noise1)]);
  }

  async third(): Promise<Float32Array> {
    const [r1, r2] = [1 / 3, 2 / 3];
    const noise1 = await this.#noiseAt(r1, this.#firstOrder(r1));
    const bend = (r2 / r1) * this.#curvature(r2);
    const x2 = weightedSum([1, this.#x], [-this.#gain(r2), this.#noise], [-bend, this.#changeTo(noise1)]);
    const noise2 = await this.#noiseAt(r2, x2);
    return weightedSum([1, this.#x], [-this.#gain(1), this.#noise], [-this.#curvature(1) / r2, this.#changeTo(noise2)]);
  }

  /** Step of first order over this share of the width. */
  #firstOrder(share: number): Float32Array {
    return weightedSum([1, this.#x], [-this.#gain(share), this.#noise]);
  }

  /** sigma(lambda + share * h) * (e^(share * h) - 1) */
  #gain(share: number): number {
    const width = f32(share * this.#h);
    return levelOf(f32(this.#lambda + width)) * f32(Math.expm1(width));
  }

  /** sigma(lambda + share * h) * ((e^(share * h) - 1) / (share * h) - 1) */
  #curvature(share: number): number {
    const width = f32(share * this.#h);
    return levelOf(f32(this.#lambda + width)) * f32(f32(f32(Math.expm1(width)) / width) - 1);
  }

  #changeTo(noise: Float32Array): Float32Array {
    return weightedSum([1, noise], [-1, this.#noise]);
  }

  async #noiseAt(share: number, x: Float32Array): Promise<Float32Array> {
    const known = this.#between.get(share);
    if (known !== undefined) return known;
    const sigma = levelOf(f32(this.#lambda + f32(share * this.#h)));
    const noise = slope(x, await this.#run.denoise(x, sigma), sigma);
    this.#between.set(share, noise);
    return noise;
  }
}

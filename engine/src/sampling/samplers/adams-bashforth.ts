// Linear multistep methods: the slope of the step is a polynomial through the latest slopes (Adams-Bashforth).
// - lms: polynomial over the actual sigmas, order 4 (k-diffusion).
// - ipndm: the fixed coefficients of even steps (Zhang & Chen, "Fast Sampling of Diffusion Models with Exponential
//   Integrator", 2022, section 3.3). ipndm_v: their form for uneven steps.
// - deis: polynomial in the time of a variance-preserving process, integrated with its weight (same paper, tAB-DEIS).
// The step to sigma 0 goes to the estimate itself.
import { weightedSum } from '../weighted-sum.ts';
import { deisCoefficients } from './deis-coefficients.ts';
import type { Sampler } from './sampler.ts';
import { slope } from './slope.ts';

/** Factors of the slopes at sigmas[i], sigmas[i - 1], ...; their number is the order of the step. */
type Coefficients = (sigmas: Float32Array, i: number, order: number) => readonly number[];

function multistep(maxOrder: number, coefficients: Coefficients): Sampler {
  return async (run, start) => {
    const { sigmas } = run;
    const slopes: Float32Array[] = [];
    let x = start;
    for (let i = 0; i < sigmas.length - 1; i++) {
      const denoised = await run.denoise(x, sigmas[i]!);
      run.report(i, x, denoised);
      if (sigmas[i + 1] === 0) {
        x = denoised;
        continue;
      }
      slopes.unshift(slope(x, denoised, sigmas[i]!));
      if (slopes.length > maxOrder) slopes.pop();
      const factors = coefficients(sigmas, i, slopes.length);
      x = weightedSum([1, x], ...factors.map((factor, j) => [factor, slopes[j]!] as const));
    }
    return x;
  };
}

/** @param order highest order, 1 to 4 or more */
export function lms(order = 4): Sampler {
  return multistep(order, polynomialCoefficients);
}

/** Integrals from sigmas[i] to sigmas[i + 1] of the Lagrange polynomials over the latest `order` sigmas. */
function polynomialCoefficients(sigmas: Float32Array, i: number, order: number): number[] {
  const nodes = Array.from({ length: order }, (_, j) => sigmas[i - j]!);
  return nodes.map((node, j) => {
    const others = nodes.filter((_, k) => k !== j);
    const basis = (sigma: number) => others.reduce((product, other) => (product * (sigma - other)) / (node - other), 1);
    return integral(basis, sigmas[i]!, sigmas[i + 1]!);
  });
}

/** Gauss-Legendre quadrature with five points: exact for polynomials up to degree 9. */
function integral(value: (position: number) => number, from: number, to: number): number {
  const centre = (from + to) / 2;
  const half = (to - from) / 2;
  const far = Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3;
  const near = Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3;
  const farWeight = (322 - 13 * Math.sqrt(70)) / 900;
  const nearWeight = (322 + 13 * Math.sqrt(70)) / 900;
  const pair = (offset: number) => value(centre - half * offset) + value(centre + half * offset);
  return half * ((128 / 225) * value(centre) + nearWeight * pair(near) + farWeight * pair(far));
}

const evenStepCoefficients: readonly (readonly number[])[] = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
];

export const ipndm = multistep(4, (sigmas, i, order) => {
  const width = sigmas[i + 1]! - sigmas[i]!;
  return evenStepCoefficients[order - 1]!.map(coefficient => coefficient * width);
});

export const ipndmV = multistep(4, unevenStepCoefficients);

/**
 * The published coefficients of iPNDM with variable steps (diff-sampler, Apache-2.0). From order 3 on they are not
 * quite those of `polynomialCoefficients`; pictures depend on them as they are.
 */
function unevenStepCoefficients(sigmas: Float32Array, i: number, order: number): number[] {
  const [h, h1, h2, h3] = Array.from({ length: 4 }, (_, j) => sigmas[i + 1 - j]! - sigmas[i - j]!) as Four;
  const factors: Four = [1, 0, 0, 0];
  if (order >= 2) {
    const half = h / h1 / 2;
    factors[0] += half;
    factors[1] -= half;
  }
  if (order >= 3) {
    const third = (1 - h ** 2 / (3 * h1 * (h1 + h2))) / 2;
    factors[0] += third;
    factors[1] -= (1 + h1 / h2) * third;
    factors[2] += (h1 / h2) * third;
  }
  if (order >= 4) {
    const inner = (1 - h / (3 * (h + h1))) / 2 + ((1 - h / (2 * (h + h1))) * h) / (6 * (h + h1 + h2));
    const fourth = (inner * h * (h + h1) * (h + h1 + h2)) / (h1 * (h1 + h2) * (h1 + h2 + h3));
    const ratio = (h1 * (h1 + h2)) / (h2 * (h2 + h3));
    factors[0] += fourth;
    factors[1] -= (1 + h1 / h2 + ratio) * fourth;
    factors[2] += (h1 / h2 + ratio * (1 + h2 / h3)) * fourth;
    factors[3] -= ratio * (h1 / h2) * fourth;
  }
  return factors.slice(0, order).map(factor => factor * h);
}

type Four = [number, number, number, number];

export const deis = multistep(3, deisCoefficients);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendSigmas, flipSigmas, splitSigmas, splitSigmasByDenoise, withFirstSigma } from './edit-sigmas.ts';
import { gitsCoefficients } from './gits-levels.ts';
import { laplaceSigmas } from './laplace.ts';
import { polyexponentialSigmas } from './polyexponential.ts';
import { gitsSigmas, publishedSigmas } from './published-schedules.ts';
import { roundHalfToEven } from './round-half-to-even.ts';
import { shiftedFlowSigmas } from './shifted-flow.ts';
import { variancePreservingSigmas } from './variance-preserving.ts';

const steps = fc.integer({ min: 2, max: 200 });

function expectFalling(sigmas: Float32Array): void {
  for (let i = 1; i < sigmas.length; i++) expect(sigmas[i]).toBeLessThanOrEqual(sigmas[i - 1]!);
}

/** By name; from the number of steps to sigmas. */
const schedules: readonly (readonly [string, (steps: number) => Float32Array])[] = [
  ['polyexponential', (n: number) => polyexponentialSigmas(n, 0.03, 14.6, 2)],
  ['variance preserving', (n: number) => variancePreservingSigmas(n, { betaD: 19.9, betaMin: 0.1, lastTime: 0.001 })],
  ['shifted flow', (n: number) => shiftedFlowSigmas(n, { cells: 4096, maxShift: 2.05, baseShift: 0.95 })],
  ['Align Your Steps', (n: number) => publishedSigmas('alignYourSteps', 'SDXL', { steps: n, denoise: 1 })],
  ['optimal steps', (n: number) => publishedSigmas('optimalSteps', 'Wan', { steps: n, denoise: 1 })],
  ...gitsCoefficients.map(c => [`GITS ${c}`, (n: number) => gitsSigmas(c, { steps: n, denoise: 1 })] as const),
];

describe('schedules of their own', () => {
  it.each(schedules)('fall to 0 in the number of steps asked for: %s', (_, sigmasOf) => {
    fc.assert(
      fc.property(steps, count => {
        const sigmas = sigmasOf(count);
        expect(sigmas).toHaveLength(count + 1);
        expect(sigmas.at(-1)).toBe(0);
        expectFalling(sigmas);
      }),
      { numRuns: 20 },
    );
  });

  it('of Laplace stay between their ends', () => {
    const sigmas = laplaceSigmas(30, 0.03, 14.6, { mu: 0, beta: 0.5 });
    expect(sigmas).toHaveLength(30);
    expectFalling(sigmas);
    expect(Math.min(...sigmas)).toBeGreaterThanOrEqual(Math.fround(0.03));
    expect(Math.max(...sigmas)).toBeLessThanOrEqual(Math.fround(14.6));
  });

  it('of one shifted step are all of the noise and none, stretched or not', () => {
    const options = { cells: 4096, maxShift: 2, baseShift: 1 };
    expect([...shiftedFlowSigmas(1, { ...options, terminal: 0.1 })]).toEqual([1, 0]);
    expect([...shiftedFlowSigmas(1, options)]).toEqual([1, 0]);
  });

  it('refuse kinds of models and coefficients that were not published', () => {
    expect(() => publishedSigmas('alignYourSteps', 'FLUX', { steps: 4, denoise: 1 })).toThrow('one of SD1, SDXL, SVD');
    expect(() => gitsSigmas(0.83, { steps: 4, denoise: 1 })).toThrow('coeff must be one of 0.8, 0.85');
  });

  it('are empty for a strength of 0', () => {
    expect(publishedSigmas('optimalSteps', 'FLUX', { steps: 4, denoise: 0 })).toHaveLength(0);
  });
});

describe('edited sigmas', () => {
  const sigmas = Float32Array.of(8, 4, 2, 1, 0);

  it('share the one at which they are split', () => {
    expect(splitSigmas(sigmas, 2)).toEqual({ high: Float32Array.of(8, 4, 2), low: Float32Array.of(2, 1, 0) });
    expect(splitSigmasByDenoise(sigmas, 0.25)).toEqual({
      high: Float32Array.of(8, 4, 2, 1),
      low: Float32Array.of(1, 0),
    });
  });

  it('of an empty list stay empty', () => {
    const empty = new Float32Array(0);
    expect(splitSigmas(empty, 3)).toEqual({ high: empty, low: empty });
    expect(splitSigmasByDenoise(empty, 0.5)).toEqual({ high: empty, low: empty });
    expect(flipSigmas(empty)).toEqual(empty);
    expect(withFirstSigma(empty, 3)).toEqual(empty);
    expect(extendSigmas(empty, { steps: 2, startAt: -1, endAt: 0, spacing: 'linear' })).toEqual(empty);
  });

  it('do not touch the list that was given', () => {
    withFirstSigma(sigmas, 99);
    flipSigmas(sigmas);
    expect([...sigmas]).toEqual([8, 4, 2, 1, 0]);
  });

  it('rise from just above 0 when flipped', () => {
    expect([...flipSigmas(sigmas)]).toEqual([Math.fround(0.0001), 1, 2, 4, 8]);
  });
});

it.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, -0],
  [2.4, 2],
])('%d rounds to %d', (value, expected) => {
  expect(roundHalfToEven(value)).toBe(expected);
});

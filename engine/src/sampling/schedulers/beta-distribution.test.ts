import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, regularizedBeta } from './beta-distribution.ts';

describe('the beta distribution', () => {
  it.each([
    // Closed forms: uniform, powers, and the arcsine distribution.
    [0.3, 1, 1, 0.3],
    [0.3, 3, 1, 0.3 ** 3],
    [0.3, 1, 4, 1 - 0.7 ** 4],
    [0.3, 0.5, 0.5, (2 / Math.PI) * Math.asin(Math.sqrt(0.3))],
    [0.999, 0.5, 0.5, (2 / Math.PI) * Math.asin(Math.sqrt(0.999))],
  ])('up to %d with shapes %d and %d holds %d', (x, a, b, expected) => {
    expect(regularizedBeta(x, a, b)).toBeCloseTo(expected, 13);
  });

  it('has quantiles that undo its distribution function', () => {
    // Smaller shapes rise so steeply at the ends that neighbouring doubles are far apart.
    const shape = fc.double({ min: 0.5, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), shape, shape, (probability, a, b) => {
        expect(regularizedBeta(betaQuantile(probability, a, b), a, b)).toBeCloseTo(probability, 7);
      }),
    );
  });

  it('has its median in the exact middle when it is symmetric', () => {
    expect(betaQuantile(0.5, 0.6, 0.6)).toBe(0.5);
  });

  it('ends at 0 and 1', () => {
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3), betaQuantile(-1, 2, 3), betaQuantile(2, 2, 3)]).toEqual([
      0, 1, 0, 1,
    ]);
    expect([regularizedBeta(-1, 2, 3), regularizedBeta(2, 2, 3)]).toEqual([0, 1]);
  });
});

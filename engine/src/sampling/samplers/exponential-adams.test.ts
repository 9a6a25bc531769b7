import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialAdamsWeights, secondOrderWeights } from './exponential-adams.ts';

const width = fc.double({ min: 0.05, max: 3, noNaN: true });
const rate = fc.double({ min: 1, max: 2, noNaN: true });

describe('weights of exponential Adams methods', () => {
  it('add up to the weight of a constant estimate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), width, rate, (order, h, c) => {
        const places = Array.from({ length: order }, (_, i) => 0.7 - i * 0.4);
        const sum = exponentialAdamsWeights(places, 0.7, h, c).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(1 - Math.exp(-c * h), 8);
      }),
    );
  });

  it('integrate a polynomial of their degree exactly', () => {
    // rate * integral of e^(rate * (v - h)) * v^2 over [0, h], for h = 1 and rate = 1.
    const places = [0, -0.5, -1.2];
    const weights = exponentialAdamsWeights(places, 0, 1, 1);
    const integral = weights.reduce((sum, weight, i) => sum + weight * places[i]! ** 2, 0);
    expect(integral).toBeCloseTo(1 - 2 / Math.E, 10);
  });

  it('of the simpler second order add up to the same', () => {
    fc.assert(
      fc.property(width, rate, (h, c) => {
        const predictor = secondOrderWeights([1, 0.6], 1, h, c);
        const corrector = secondOrderWeights([1 + h, 1], 1, h, c);
        for (const [a, b] of [predictor, corrector]) expect(a! + b!).toBeCloseTo(1 - Math.exp(-c * h), 10);
        expect(corrector[0]).toBeCloseTo((c * h) / 2, 10);
      }),
    );
  });
});

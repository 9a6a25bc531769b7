import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestralStep } from './ancestral-step.ts';

const level = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const eta = fc.double({ min: 0, max: 1, noNaN: true });

describe('an ancestral step', () => {
  it('comes back to the level asked for after its noise is added', () => {
    fc.assert(
      fc.property(level, level, eta, fc.boolean(), (a, b, share, isFlow) => {
        const [sigma, sigmaNext] = [Math.max(a, b), Math.min(a, b)];
        fc.pre(sigma > sigmaNext);
        const { down, up, signal } = ancestralStep(sigma, sigmaNext, share, isFlow);
        expect(down).toBeLessThanOrEqual(sigmaNext * (1 + 1e-6));
        expect(Math.hypot(signal * down, up)).toBeCloseTo(sigmaNext, 5);
        // The signal keeps the share that it has at that level.
        expect(signal * (isFlow ? 1 - down : 1)).toBeCloseTo(isFlow ? 1 - sigmaNext : 1, 5);
      }),
    );
  });

  it.each([true, false])('adds no noise with eta 0 (flow: %s)', isFlow => {
    expect(ancestralStep(0.8, 0.5, 0, isFlow)).toEqual({ down: 0.5, up: 0, signal: 1 });
  });

  it('to 0 adds none either', () => {
    expect(ancestralStep(0.8, 0, 1, false)).toEqual({ down: 0, up: 0, signal: 1 });
    expect(ancestralStep(0.8, 0, 1, true)).toMatchObject({ down: 0, up: 0 });
  });

  it('from an infinite level replaces all noise', () => {
    expect(ancestralStep(Number.POSITIVE_INFINITY, 2, 0.3, false)).toEqual({ down: 0, up: 2, signal: 1 });
  });
});

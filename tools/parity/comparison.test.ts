import { describe, expect, it } from 'vitest';
import { Comparison, toleranceOf } from './comparison.ts';

const outcomeOf = (
  compare: (comparison: Comparison) => void,
  tolerance: ConstructorParameters<typeof Comparison>[0] = 0.1,
) => {
  const comparison = new Comparison(tolerance);
  compare(comparison);
  return comparison.outcome();
};

describe('a comparison', () => {
  it('keeps the worst element and says where it is', () => {
    const outcome = outcomeOf(comparison => {
      comparison.values('a', [1, 2], [1, 2.05]);
      comparison.values('b', [1, 3.5, 2], [1, 3, 2]);
    });
    expect(outcome).toEqual({ passed: false, error: 0.5, tolerance: 0.1, where: 'b[1]' });
  });

  it('allows a relative error on top of an absolute one', () => {
    const tolerance = { rtol: 0.1, atol: 0.01 };
    expect(outcomeOf(comparison => comparison.values('a', [109], [100]), tolerance).passed).toBe(true);
    expect(outcomeOf(comparison => comparison.values('a', [111], [100]), tolerance).passed).toBe(false);
  });

  it('takes NaN for equal to NaN only', () => {
    expect(outcomeOf(comparison => comparison.values('a', [Number.NaN], [Number.NaN])).passed).toBe(true);
    expect(outcomeOf(comparison => comparison.values('a', [0], [Number.NaN])).passed).toBe(false);
    expect(outcomeOf(comparison => comparison.values('a', [Number.NaN], [0])).passed).toBe(false);
  });

  it('fails when the lengths differ', () => {
    expect(outcomeOf(comparison => comparison.values('a', [1], [1, 1]))).toMatchObject({
      passed: false,
      where: 'a: 1 values instead of 2',
    });
  });

  it('fails when nothing was compared', () => {
    expect(outcomeOf(() => {}).passed).toBe(false);
  });

  it('with tolerance 0 passes for equal values only', () => {
    expect(outcomeOf(comparison => comparison.values('a', [1], [1]), 0).passed).toBe(true);
    expect(outcomeOf(comparison => comparison.values('a', [1 + 1e-15], [1]), 0).passed).toBe(false);
  });

  it('compares what is no number by its text', () => {
    expect(outcomeOf(comparison => comparison.equal('a', ['x', 1], ['x', 1])).passed).toBe(true);
    expect(outcomeOf(comparison => comparison.equal('a', ['x'], ['y'])).passed).toBe(false);
  });
});

describe('the tolerance of a case', () => {
  const goldenCase = { case: 'a', op: 'b', params: {} };

  it('is a number or a pair', () => {
    expect(toleranceOf({ ...goldenCase, tolerance_suggested: 0.1 })).toBe(0.1);
    expect(toleranceOf({ ...goldenCase, tolerance_suggested: { rtol: 1, atol: 2 } })).toEqual({ rtol: 1, atol: 2 });
  });

  it.each([undefined, 'small', { image: 1 }])('cannot be %j', tolerance => {
    expect(() => toleranceOf({ ...goldenCase, tolerance_suggested: tolerance })).toThrow('unknown form of tolerance');
  });
});

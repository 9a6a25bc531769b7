// Collects the comparisons of one case and keeps the worst: the element whose error is largest relative to what is
// allowed. Tolerances are those of the golden index: a number is a maximum absolute difference, `{rtol, atol}` allows
// atol + rtol*|expected|. NaN equals NaN only (some schedules contain it on purpose); a wrong length is an infinite
// error.
import type { ComparedOutcome, GoldenCase } from './suite.ts';

export type Tolerance = number | { readonly rtol: number; readonly atol: number };

/** Tolerance of a case; throws when the index gives none of the two simple forms. */
export function toleranceOf(goldenCase: GoldenCase): Tolerance {
  const tolerance = goldenCase.tolerance_suggested;
  if (typeof tolerance === 'number') return tolerance;
  if (typeof tolerance === 'object' && tolerance !== null && 'rtol' in tolerance && 'atol' in tolerance) {
    return { rtol: Number(tolerance.rtol), atol: Number(tolerance.atol) };
  }
  throw new Error(`${goldenCase.case}: unknown form of tolerance ${JSON.stringify(tolerance)}`);
}

export class Comparison {
  #worst: ComparedOutcome = { passed: true, error: 0, tolerance: 0, where: 'nothing compared' };
  #worstRatio = -1;
  readonly #tolerance: Tolerance;

  constructor(tolerance: Tolerance) {
    this.#tolerance = tolerance;
  }

  /** Compares element by element; `tolerance` replaces that of the case. */
  values(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance = this.#tolerance) {
    if (actual.length !== expected.length) {
      this.#keep(`${name}: ${actual.length} values instead of ${expected.length}`, Number.POSITIVE_INFINITY, 0);
      return;
    }
    for (let i = 0; i < expected.length; i++) {
      const got = actual[i]!;
      const wanted = expected[i]!;
      const same = Object.is(got, wanted) || got === wanted;
      const difference = same ? 0 : Math.abs(got - wanted);
      const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      const allowed =
        typeof tolerance === 'number'
          ? tolerance
          : tolerance.atol + tolerance.rtol * Math.abs(Number.isNaN(wanted) ? 0 : wanted);
      this.#keep(`${name}[${i}]`, error, allowed);
    }
    if (expected.length === 0) this.#keep(`${name} (empty)`, 0, 0);
  }

  /** Compares anything that has a text form: tokens, options, names. */
  equal(name: string, actual: unknown, expected: unknown) {
    const same = JSON.stringify(actual) === JSON.stringify(expected);
    this.#keep(name, same ? 0 : Number.POSITIVE_INFINITY, 0);
  }

  /** A comparison without a single value fails: nothing was checked. */
  outcome(): ComparedOutcome {
    return this.#worstRatio < 0 ? { ...this.#worst, passed: false } : this.#worst;
  }

  #keep(where: string, error: number, tolerance: number) {
    const ratio = relativeError({ error, tolerance });
    if (ratio <= this.#worstRatio) return;
    this.#worstRatio = ratio;
    this.#worst = { passed: ratio <= 1, error, tolerance, where };
  }
}

/** Error as a multiple of what is allowed; 1 is the limit. */
export function relativeError({ error, tolerance }: Pick<ComparedOutcome, 'error' | 'tolerance'>): number {
  if (error === 0) return 0;
  return tolerance > 0 ? error / tolerance : Number.POSITIVE_INFINITY;
}

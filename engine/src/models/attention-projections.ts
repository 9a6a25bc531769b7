// Factors of the four projections of an attention (Vaswani et al. 2017): each multiplies a whole projection, with its bias. Graphs
// take them as inputs, so that other strengths need no other session.
import type { Feeds } from '../runtime/backend.ts';

export interface ProjectionFactors {
  readonly query: number;
  readonly key: number;
  readonly value: number;
  readonly out: number;
}

export const projections = ['query', 'key', 'value', 'out'] as const satisfies readonly (keyof ProjectionFactors)[];

/** Both after each other. */
export function productOf(
  first: ProjectionFactors = { query: 1, key: 1, value: 1, out: 1 },
  second: ProjectionFactors,
): ProjectionFactors {
  return {
    query: first.query * second.query,
    key: first.key * second.key,
    value: first.value * second.value,
    out: first.out * second.out,
  };
}

/** One input of [1] for each projection. */
export function factorFeeds(
  factors: ProjectionFactors,
  nameOf: (projection: keyof ProjectionFactors) => string,
): Feeds {
  return Object.fromEntries(
    projections.map(projection => [nameOf(projection), { data: Float32Array.of(factors[projection]), dims: [1] }]),
  );
}

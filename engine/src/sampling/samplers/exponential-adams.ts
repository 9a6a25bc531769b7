// Weights of exponential Adams methods: how much each earlier estimate counts when their interpolating polynomial is
// integrated against the exponential of a step in lambda. Xue et al., "SA-Solver" (2023), equations 15 and 18, without
// the common factor e^lambda.

/**
 * rate * integral over the step of e^(rate * (v - h)) * L_j, with v from 0 to h counted from `lambda` and L_j the
 * Lagrange polynomials over `places`. The weights add up to 1 - e^(-rate * h).
 */
export function exponentialAdamsWeights(places: readonly number[], lambda: number, h: number, rate: number): number[] {
  // In u = place - end of the step, where the exponential is 1 at u = 0.
  const nodes = places.map(place => place - lambda - h);
  const moments = exponentialMoments(nodes.length, h, rate);
  return nodes.map((node, j) => {
    const others = nodes.filter((_, k) => k !== j);
    const scale = others.reduce((product, other) => product * (node - other), 1);
    const coefficients = others.reduce<readonly number[]>(timesRoot, [1]);
    return (rate / scale) * coefficients.reduce((sum, coefficient, power) => sum + coefficient * moments[power]!, 0);
  });
}

/**
 * The simpler weights of order 2 (appendix D): the linear part of the estimate counts with rate * h^2 / 2. `places`
 * hold the start of the step and one other place, in any order.
 */
export function secondOrderWeights(places: readonly number[], lambda: number, h: number, rate: number): number[] {
  const other = places.find(place => place !== lambda) ?? lambda;
  const bend = (rate * h ** 2) / 2 / (other - lambda);
  return places.map(place => (place === lambda ? -Math.expm1(-rate * h) - bend : bend));
}

/** Integrals of u^k * e^(rate * u) from -h to 0 for k below `count`, by parts. */
function exponentialMoments(count: number, h: number, rate: number): number[] {
  const atStart = Math.exp(-rate * h);
  const moments = [-Math.expm1(-rate * h) / rate];
  for (let k = 1; k < count; k++) moments.push(-((-h) ** k * atStart + k * moments[k - 1]!) / rate);
  return moments;
}

/** Coefficients (constant first) of a polynomial times (u - root). */
function timesRoot(coefficients: readonly number[], root: number): readonly number[] {
  return [...coefficients, 0].map(
    (coefficient, i) => (i > 0 ? coefficients[i - 1]! : 0) - root * (i < coefficients.length ? coefficient : 0),
  );
}

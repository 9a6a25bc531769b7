// Coefficients of tAB-DEIS: Lagrange polynomials in the time of a variance-preserving process, integrated against its
// weight. Zhang & Chen, "Fast Sampling of Diffusion Models with Exponential Integrator" (2022), equation 15. Noise
// levels are mapped to times as in EDM's appendix B.2: sigma(t)^2 + 1 = exp(betaD * t^2 / 2 + betaMin * t), which is
// 0.002 at 0.001 and 80 at 1.

const [sigmaMin, sigmaMax, smallestTime] = [0.002, 80, 0.001];
const [growthMin, growthMax] = [Math.log(sigmaMin ** 2 + 1), Math.log(sigmaMax ** 2 + 1)];
const betaD = (2 * (growthMin / smallestTime - growthMax)) / (smallestTime - 1);
const betaMin = growthMax - betaD / 2;

/** Points of the rectangle rule, the published coefficients' accuracy. */
const points = 10_000;

/** Factors of the slopes at sigmas[i], sigmas[i - 1], ... for the step to sigmas[i + 1]. */
export function deisCoefficients(sigmas: Float32Array, i: number, order: number): readonly number[] {
  if (order === 1) return [sigmas[i + 1]! - sigmas[i]!];
  const from = timeOf(sigmas[i]!);
  const to = timeOf(sigmas[i + 1]!);
  const nodes = Array.from({ length: order }, (_, j) => timeOf(sigmas[i - j]!));
  const sums = new Float64Array(order);
  for (let point = 0; point < points; point++) {
    const time = from + ((to - from) * point) / (points - 1);
    const weight = weightAt(time);
    for (let j = 0; j < order; j++) sums[j] = sums[j]! + weight * lagrange(nodes, j, time);
  }
  return Array.from(sums, sum => (sum * (to - from)) / points);
}

function timeOf(sigma: number): number {
  return (Math.sqrt(betaMin ** 2 + 2 * betaD * Math.log(sigma ** 2 + 1)) - betaMin) / betaD;
}

/** -1/2 * d(log alpha)/dt / sqrt(alpha * (1 - alpha)) with alpha = 1 / (sigma^2 + 1) */
function weightAt(time: number): number {
  const alpha = Math.exp(-(betaD * time ** 2) / 2 - betaMin * time);
  return (betaD * time + betaMin) / 2 / Math.sqrt(alpha * (1 - alpha));
}

function lagrange(nodes: readonly number[], j: number, time: number): number {
  let product = 1;
  for (let k = 0; k < nodes.length; k++) {
    if (k !== j) product *= (time - nodes[k]!) / (nodes[j]! - nodes[k]!);
  }
  return product;
}

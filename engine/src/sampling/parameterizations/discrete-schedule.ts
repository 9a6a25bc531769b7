// Noise schedule of networks trained on a table of discrete timesteps (DDPM; Stable Diffusion 1.x, 2.x, XL): 1000
// sigmas from cumulative products of 1 - beta. Conversions as in k-diffusion's DiscreteSchedule with quantized
// timesteps. Zero terminal SNR: Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2023),
// section 3.1.
import { type NoiseSchedule, sigmaOfPercentZero } from './parameterization.ts';

export interface ScaledLinearBetas {
  readonly timesteps: number;
  /** Betas are the squares of a linear ramp between the roots of these two. */
  readonly linearStart: number;
  readonly linearEnd: number;
  /** Stretch the table so that the last timestep is (almost) pure noise. */
  readonly isZeroTerminalSnr?: boolean;
}

/** Stands for the cumulative alpha of zero, which would make sigma infinite. */
const smallestAlpha = 4.8973451890853435e-8;
const f32 = Math.fround;

/** Cumulative products of 1 - beta, in double precision. */
export function cumulativeAlphas({
  timesteps,
  linearStart,
  linearEnd,
  isZeroTerminalSnr,
}: ScaledLinearBetas): Float64Array {
  const first = Math.sqrt(linearStart);
  const slope = (Math.sqrt(linearEnd) - first) / (timesteps - 1);
  let product = 1;
  const alphas = Float64Array.from({ length: timesteps }, (_, i) => {
    product *= 1 - (first + slope * i) ** 2;
    return product;
  });
  return isZeroTerminalSnr === true ? rescaleToZeroTerminalSnr(alphas) : alphas;
}

/** Shifts and scales the square roots so that the first stays and the last becomes 0. */
function rescaleToZeroTerminalSnr(alphas: Float64Array): Float64Array {
  const first = Math.sqrt(alphas[0]!);
  const last = Math.sqrt(alphas.at(-1)!);
  const rescaled = alphas.map(alpha => (((Math.sqrt(alpha) - last) * first) / (first - last)) ** 2);
  rescaled[rescaled.length - 1] = smallestAlpha;
  return rescaled;
}

/** Schedule over the table sigma = sqrt((1 - alpha) / alpha). */
export function discreteSchedule(alphas: Float64Array): NoiseSchedule {
  return scheduleOfTable(alphas.map(alpha => Math.sqrt((1 - alpha) / alpha)));
}

/**
 * Schedule of a network that was distilled to `count` of the timesteps: every (timesteps / count)th, the last one included.
 * Luo et al., "Latent Consistency Models" (2023), section 4.3.
 */
export function distilledSchedule(alphas: Float64Array, count: number): NoiseSchedule {
  const distance = Math.floor(alphas.length / count);
  const table = discreteSchedule(alphas.filter((_, i) => i % distance === distance - 1));
  return {
    ...table,
    timestep: sigma => table.timestep(sigma) * distance + distance - 1,
    sigma: timestep => table.sigma((timestep - (distance - 1)) / distance),
    percentToSigma: percent => {
      if (percent <= 0) return sigmaOfPercentZero;
      if (percent >= 1) return 0;
      return table.sigma(((1 - percent) * (alphas.length - 1) - (distance - 1)) / distance);
    },
  };
}

/**
 * Schedule over any ascending table; timesteps are positions in it. Logarithms are taken before rounding to 32 bits.
 */
export function scheduleOfTable(exactSigmas: Float64Array): NoiseSchedule {
  const sigmas = Float32Array.from(exactSigmas);
  const logSigmas = Float32Array.from(exactSigmas, Math.log);
  const last = sigmas.length - 1;
  const sigma = (timestep: number): number => {
    const position = f32(Math.min(Math.max(timestep, 0), last));
    const low = Math.floor(position);
    const weight = f32(position - low);
    const logSigma = f32(f32(f32(1 - weight) * logSigmas[low]!) + f32(weight * logSigmas[Math.ceil(position)]!));
    return f32(Math.exp(logSigma));
  };
  return {
    sigmas,
    sigmaMin: sigmas[0]!,
    sigmaMax: sigmas[last]!,
    timestep: value => nearestIndex(logSigmas, f32(Math.log(value))),
    sigma,
    percentToSigma: percent => {
      if (percent <= 0) return sigmaOfPercentZero;
      if (percent >= 1) return 0;
      return sigma((1 - percent) * last);
    },
  };
}

/** Index of the entry nearest to `wanted` in an ascending table; the lower one of two that are equally near. */
function nearestIndex(ascending: Float32Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= wanted) low = middle;
    else high = middle;
  }
  return Math.abs(f32(wanted - ascending[high]!)) < Math.abs(f32(wanted - ascending[low]!)) ? high : low;
}

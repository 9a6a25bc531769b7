// Noise schedules of networks trained on continuous noise levels: the table is even in the logarithm of sigma, the
// timestep a function of sigma. Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models"
// (2022), table 1.
import { linspace } from '../schedulers/linspace.ts';
import { type NoiseSchedule, sigmaOfPercentZero } from './parameterization.ts';

const f32 = Math.fround;

/** How the network is told the noise level. */
interface TimestepCode {
  readonly timestep: (sigma: number) => number;
  readonly sigma: (timestep: number) => number;
}

const codes = {
  /** EDM: ln(sigma) / 4 */
  'quarter-log': {
    timestep: sigma => Math.log(sigma) / 4,
    sigma: timestep => Math.exp(4 * timestep),
  },
  /**
   * Angle between signal and noise, 0..1 (Salimans & Ho, 2022). Rounded after each operation: near the pole of the
   * tangent that decides the result.
   */
  angle: {
    timestep: sigma => f32(f32(Math.atan(sigma)) / Math.PI) * 2,
    sigma: timestep => Math.tan(f32(timestep * Math.PI) / 2),
  },
  /** Time of a rectified flow with the same signal-to-noise ratio. */
  'flow-time': {
    timestep: sigma => sigma / (sigma + 1),
    sigma: timestep => timestep / (1 - timestep),
  },
} as const satisfies Record<string, TimestepCode>;

export interface LogUniformSigmas {
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly timestep: keyof typeof codes;
}

const points = 1000;

export function logUniformSchedule({ sigmaMin, sigmaMax, timestep }: LogUniformSigmas): NoiseSchedule {
  const code = codes[timestep];
  const sigmas = linspace(Math.log(sigmaMin), Math.log(sigmaMax), points).map(Math.exp);
  const [low, high] = [Math.log(sigmas[0]!), Math.log(sigmas[points - 1]!)];
  return {
    sigmas,
    sigmaMin: sigmas[0]!,
    sigmaMax: sigmas[points - 1]!,
    timestep: sigma => f32(code.timestep(sigma)),
    sigma: time => f32(code.sigma(time)),
    percentToSigma: percent => {
      if (percent <= 0) return sigmaOfPercentZero;
      if (percent >= 1) return 0;
      return Math.exp(low + (high - low) * (1 - percent));
    },
  };
}

// Noise schedules of rectified flows: sigma runs from 0 to 1 with time, bent by a shift that spends more steps at high
// noise. Esser et al., "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis" (2024), section 5.3.2;
// the exponential form is Flux's (Black Forest Labs, Apache-2.0).
import type { NoiseSchedule } from './parameterization.ts';

const f32 = Math.fround;

export interface FlowSchedule {
  readonly shift: number;
  /** Timestep of sigma 1: the network's unit of time. */
  readonly multiplier: number;
}

/** sigma = shift * t / (1 + (shift - 1) * t) */
export function flowSchedule({ shift, multiplier }: FlowSchedule): NoiseSchedule {
  const bend = (time: number): number => (shift * time) / (1 + (shift - 1) * time);
  return scheduleOfTime(bend, { points: 1000, multiplier });
}

/** sigma = e^shift / (e^shift + 1 / t - 1) */
export function fluxSchedule({ shift }: Pick<FlowSchedule, 'shift'>): NoiseSchedule {
  const strength = Math.exp(shift);
  const bend = (time: number): number => strength / (strength + (1 / time - 1));
  return scheduleOfTime(bend, { points: 10_000, multiplier: 1 });
}

/** The network is told sigma itself, in its unit of time. */
function scheduleOfTime(
  bend: (time: number) => number,
  { points, multiplier }: { readonly points: number; readonly multiplier: number },
): NoiseSchedule {
  const sigmas = Float32Array.from({ length: points }, (_, i) => bend(f32((i + 1) / points)));
  return {
    sigmas,
    sigmaMin: sigmas[0]!,
    sigmaMax: sigmas[points - 1]!,
    timestep: sigma => f32(sigma * multiplier),
    sigma: timestep => f32(bend(f32(timestep / multiplier))),
    percentToSigma: percent => {
      if (percent <= 0) return 1;
      if (percent >= 1) return 0;
      return bend(1 - percent);
    },
  };
}

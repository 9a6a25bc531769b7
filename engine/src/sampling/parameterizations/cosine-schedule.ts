// Noise schedule whose share of signal falls like the square of a cosine with time 0..1 (Nichol & Dhariwal, "Improved Denoising
// Diffusion Probabilistic Models", 2021, section 3.2), shifted for larger pictures as Stable Cascade does (Pernias et al.,
// "Wuerstchen", 2023; Hoogeboom et al., "simple diffusion", 2023, section 3.1).
import { type NoiseSchedule, sigmaOfPercentZero } from './parameterization.ts';

const f32 = Math.fround;
/** Keeps the first times from being free of noise. */
const offset = 0.008;
const signalAtZero = Math.cos((offset / (1 + offset)) * (Math.PI / 2)) ** 2;
/** The share of signal stays within 0.0001..0.9999. */
const smallestShare = 0.0001;
const points = 10_000;

/** @param shift divides the signal-to-noise ratio by its square */
export function cosineSchedule({ shift }: { readonly shift: number }): NoiseSchedule {
  const sigma = (time: number): number => {
    const share = clamped(Math.cos(((time + offset) / (1 + offset)) * (Math.PI / 2)) ** 2 / signalAtZero);
    const ratio = share / (1 - share) / shift ** 2;
    const shifted = clamped(ratio / (1 + ratio));
    return f32(Math.sqrt((1 - shifted) / shifted));
  };
  const sigmas = Float32Array.from({ length: points }, (_, i) => sigma((i + 1) / points));
  return {
    sigmas,
    sigmaMin: sigmas[0]!,
    sigmaMax: sigmas[points - 1]!,
    // The network is told the time at which the schedule without its shift has this sigma.
    timestep: value => {
      const share = clamped(1 / (value ** 2 + 1));
      return f32((Math.acos(Math.sqrt(share * signalAtZero)) / (Math.PI / 2)) * (1 + offset) - offset);
    },
    sigma,
    percentToSigma: percent => {
      if (percent <= 0) return sigmaOfPercentZero;
      if (percent >= 1) return 0;
      return sigma(1 - percent);
    },
  };
}

function clamped(share: number): number {
  return Math.min(Math.max(share, smallestShare), 1 - smallestShare);
}

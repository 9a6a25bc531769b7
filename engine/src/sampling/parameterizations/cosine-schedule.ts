// Noise schedule whose share of signal falls like the square of a cosine with time 0..1 (Nichol & Dhariwal, "Improved Denoising
// Diffusion Probabilistic Models", 2021, section 3.2), shifted for larger pictures as Stable Cascade does (Pernias et al.,
// "Wuerstchen", 2023; Hoogeboom et al., "simple diffusion", 2023, section 3.1).
import { type NoiseSchedule, sigmaOfPercentZero } from './parameterization.ts';

const f32 = Math.fround;
/** Keeps the first times from being free of noise. */
const offset = 0.008;
const signalAtZero = signalShare(0);
/** The share of signal stays within 0.0001..0.9999. */
const smallestShare = 0.0001;
const points = 10_000;

/** @param shift divides the signal-to-noise ratio by its square */
export function cosineSchedule({ shift }: { readonly shift: number }): NoiseSchedule {
  // Near the ends the difference to 1 is small, and rounding to 32 bits shows: every step is rounded as in the reference.
  const sigma = (time: number): number => {
    const share = f32(signalShare(time) / signalAtZero);
    const logRatio = f32(f32(Math.log(f32(share / f32(1 - share)))) + 2 * Math.log(1 / shift));
    const shifted = f32(clamped(f32(1 / f32(1 + f32(Math.exp(-logRatio))))));
    return f32(Math.sqrt(f32(f32(1 - shifted) / shifted)));
  };
  const sigmas = Float32Array.from({ length: points }, (_, i) => sigma((i + 1) / points));
  return {
    sigmas,
    sigmaMin: sigmas[0]!,
    sigmaMax: sigmas[points - 1]!,
    // The network is told the time at which the schedule without its shift has this sigma.
    timestep: value => {
      const share = f32(clamped(1 / f32(f32(value * value) + 1)));
      const angle = f32(Math.acos(f32(Math.sqrt(f32(share * signalAtZero)))));
      return f32(f32(f32(angle / f32(Math.PI / 2)) * f32(1 + offset)) - f32(offset));
    },
    sigma,
    percentToSigma: percent => {
      if (percent <= 0) return sigmaOfPercentZero;
      if (percent >= 1) return 0;
      return sigma(1 - percent);
    },
  };
}

/** Not yet divided by its value at time 0. */
function signalShare(time: number): number {
  const part = f32(f32(f32(time) + f32(offset)) / f32(1 + offset));
  const angle = f32(f32(part * f32(Math.PI)) * 0.5);
  return f32(f32(Math.cos(angle)) ** 2);
}

function clamped(share: number): number {
  return Math.min(Math.max(share, smallestShare), 1 - smallestShare);
}

// Constants of the SD 1.x family: how its latents are scaled, what they look like, and how its network was trained.
import type { LatentFormat, NoiseParameterization } from '../model.ts';

/** The RGB factors are the linear fit that is in general use for previews. */
export const sd15LatentFormat: LatentFormat = {
  name: 'SD15',
  channels: 4,
  downscale: 8,
  scaleFactor: 0.18215,
  shiftFactor: 0,
  rgbFactors: [
    [0.3512, 0.2297, 0.3227],
    [0.325, 0.4974, 0.235],
    [-0.2829, 0.1762, 0.2721],
    [-0.212, -0.2616, -0.7177],
  ],
};

export const sd15Parameterization: NoiseParameterization = {
  prediction: 'eps',
  schedule: { kind: 'scaled-linear', timesteps: 1000, linearStart: 0.00085, linearEnd: 0.012 },
};

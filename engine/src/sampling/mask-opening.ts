// Differential diffusion: a mask as a map of how much may change. A cell is released once the denoising has come down to its value,
// so that dark parts keep what they show for most of the run. Levin & Fried, "Differential Diffusion: Giving Each Pixel Its
// Strength" (2023), section 3.2; the threshold falls with the timestep from 1 at the first sigma of the run to 0 at its last.
import type { MaskOpening } from '../models/model.ts';
import type { InpaintMask } from './inpaint-mask.ts';

/** The mask as it is at a sigma of the run. */
export function openingMask(
  mask: InpaintMask,
  { strength }: MaskOpening,
  sigmas: Float32Array,
): (sigma: number) => InpaintMask {
  const { parameterization, values } = mask;
  const { timestep, sigmaMin } = parameterization;
  const first = timestep(Math.max(...sigmas));
  const last = timestep(Math.max(Math.min(...sigmas), sigmaMin));
  return sigma => {
    const threshold = first === last ? 0 : (timestep(sigma) - last) / (first - last);
    const opened = values.map(value => strength * (value >= threshold ? 1 : 0) + (1 - strength) * value);
    return { ...mask, values: opened };
  };
}

// Every hundredth of the 1000 timesteps, from the last one down: the ten noise levels that SD Turbo and SDXL Turbo were
// distilled for. Sauer et al., "Adversarial Diffusion Distillation" (2023).
import type { NoiseSchedule } from '../parameterizations/parameterization.ts';
import { appendZero } from './linspace.ts';

const levels = 10;

/** At most `steps + 1` sigmas, the last 0; below a `denoise` of 1 the first of the ten levels are left out. */
export function sdTurboSigmas(schedule: NoiseSchedule, steps: number, denoise: number): Float32Array {
  const first = levels - Math.trunc(levels * denoise);
  const timesteps = Array.from({ length: levels }, (_, i) => (levels - i) * 100 - 1).slice(first, first + steps);
  return appendZero(timesteps.map(timestep => schedule.sigma(timestep)));
}

// A guidance scale of its own for each frame of a video, whose frames are the items of the batch: rising from the first to
// the last, or rising to the middle and falling again. Blattmann et al., "Stable Video Diffusion" (2023), section 4.3 (linear);
// Voleti et al., "SV3D" (2024), section 4.3 (triangle).
import type { GuidancePatch } from '../../models/guidance-patch.ts';
import { linspace } from '../schedulers/linspace.ts';

const f32 = Math.fround;

/** Share of the way from the lowest scale to that of the run, for `frames` frames. */
const shapes = {
  linear: (frames: number): Float32Array => linspace(0, 1, frames),
  triangle: (frames: number): Float32Array =>
    linspace(0, 1, frames).map(place => 2 * Math.abs(place - Math.floor(place + 0.5))),
} as const;

export interface FrameGuidanceOptions {
  readonly shape: keyof typeof shapes;
  /** Scale of the first frame. */
  readonly minCfg: number;
}

export function frameGuidance({ shape, minCfg }: FrameGuidanceOptions): GuidancePatch {
  return {
    name: `frame guidance (${shape})`,
    needsNegative: true,
    start: () => ({
      combine({ positive, negative }, { x, cfg }) {
        const frames = x.dims[0] ?? 1;
        const size = positive.length / frames;
        const scales = shapes[shape](frames).map(share => minCfg + (cfg - minCfg) * share);
        return positive.map((value, i) => {
          const away = negative[i]!;
          return away + f32(f32(value - away) * scales[Math.floor(i / size)]!);
        });
      },
    }),
  };
}

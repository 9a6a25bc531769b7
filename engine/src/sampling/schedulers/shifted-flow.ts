// Schedule of LTX-Video: even steps of a flow, bent by a shift that grows with the number of latent cells, and optionally
// stretched so that the last step ends at a given level instead of near 0. HaCohen et al., "LTX-Video" (2024); stretching:
// huggingface/diffusers (Apache-2.0), FlowMatchEulerDiscreteScheduler.
import { linspace } from './linspace.ts';

const f32 = Math.fround;

export interface ShiftRange {
  /** Shift at 4096 cells. */
  readonly maxShift: number;
  /** Shift at 1024 cells. */
  readonly baseShift: number;
}

export interface ShiftedFlowOptions extends ShiftRange {
  /** Cells of the latent (frames * height * width). */
  readonly cells: number;
  /** Stretches the schedule so that its last sigma above 0 is this one. */
  readonly terminal?: number | undefined;
}

const [fewCells, manyCells] = [1024, 4096];

/** Shift for a latent of `cells` cells: a line through the two given shifts. */
export function shiftForCells(cells: number, { maxShift, baseShift }: ShiftRange): number {
  const slope = (maxShift - baseShift) / (manyCells - fewCells);
  return cells * slope + baseShift - slope * fewCells;
}

/** `steps + 1` sigmas from 1 to 0. */
export function shiftedFlowSigmas(steps: number, { cells, terminal, ...range }: ShiftedFlowOptions): Float32Array {
  const strength = Math.exp(shiftForCells(cells, range));
  const sigmas = linspace(1, 0, steps + 1).map(time =>
    time === 0 ? 0 : f32(strength / f32(strength + f32(1 / time - 1))),
  );
  if (terminal === undefined) return sigmas;
  // A single step has no level between 1 and 0 that could be moved.
  const lowest = sigmas[steps - 1] ?? 0;
  const scale = f32(f32(1 - lowest) / (1 - terminal));
  if (scale === 0) return sigmas;
  return sigmas.map(sigma => (sigma === 0 ? 0 : 1 - f32(f32(1 - sigma) / scale)));
}

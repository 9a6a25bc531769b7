// The patches of a model at work in one run: their hooks around the plain combination of two estimates.
import type { GuidanceHooks, GuidanceMoment, GuidancePatch, GuidanceSides } from '../../models/guidance-patch.ts';
import { guideAway } from './classifier-free.ts';

/** Combines the two estimates of a step. */
export type CombineSides = (sides: GuidanceSides, moment: GuidanceMoment) => Float32Array;

/** Starts the patches for one run. */
export function startPatches(patches: readonly GuidancePatch[]): CombineSides {
  const hooks = patches.map(patch => patch.start());
  const combine = hooks.findLast(({ combine }) => combine !== undefined);
  return (given, moment) => {
    const sides = hooks.reduce((current, { before }) => before?.(current, moment) ?? current, given);
    const guided = combined(combine, sides, moment);
    return hooks.reduce((current, { after }) => after?.(current, sides, moment) ?? current, guided);
  };
}

function combined(hooks: GuidanceHooks | undefined, sides: GuidanceSides, moment: GuidanceMoment): Float32Array {
  const { positive, negative } = sides;
  if (negative === undefined) return positive;
  return hooks?.combine?.({ positive, negative }, moment) ?? guideAway(positive, negative, moment.cfg);
}

// The patches of a model at work in one run: their hooks around the plain combination of two estimates.
import { EngineError } from '../../errors.ts';
import type { GuidanceHooks, GuidanceMoment, GuidancePatch, GuidanceSides } from '../../models/guidance-patch.ts';
import { guideAway } from './classifier-free.ts';

/** Combines the two estimates of a step. */
export type CombineSides = (sides: GuidanceSides, moment: GuidanceMoment) => Promise<Float32Array>;

/** Starts the patches for one run. @throws EngineError INVALID_ARGUMENT */
export function startPatches(patches: readonly GuidancePatch[]): CombineSides {
  for (const patch of patches) requireFiniteNumbers(patch);
  const hooks = patches.map(patch => patch.start());
  const combine = hooks.findLast(({ combine }) => combine !== undefined);
  return async (given, moment) => {
    let sides = given;
    for (const { before } of hooks) sides = (await before?.(sides, moment)) ?? sides;
    let guided = await combined(combine, sides, moment);
    for (const { after } of hooks) guided = (await after?.(guided, sides, moment)) ?? guided;
    return guided;
  };
}

function requireFiniteNumbers({ name, numbers = {} }: GuidancePatch): void {
  for (const [input, value] of Object.entries(numbers)) {
    if (Number.isFinite(value)) continue;
    throw new EngineError('INVALID_ARGUMENT', {
      name: `${input} of ${name}`,
      expected: 'a finite number',
      actual: value,
    });
  }
}

async function combined(
  hooks: GuidanceHooks | undefined,
  { positive, negative }: GuidanceSides,
  moment: GuidanceMoment,
): Promise<Float32Array> {
  if (negative === undefined) return positive;
  return (await hooks?.combine?.({ positive, negative }, moment)) ?? guideAway(positive, negative, moment.cfg);
}

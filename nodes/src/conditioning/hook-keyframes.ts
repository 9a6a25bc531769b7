// When hooks act how strongly: lists of keyframes, in the order of their place in the denoising.
import { boolean, combo, custom, defineNode, float, hookKeyframes, int } from '@snug/execution';
import type { HookKeyframe } from '../node-types.ts';

const flags = {
  pythonModule: 'comfy_extras.nodes_hooks',
  category: 'advanced/hooks/scheduling',
  experimental: true,
} as const;
const outputs = [hookKeyframes({ name: 'HOOK_KF' })] as const;
const share = { min: 0, max: 1, step: 0.001 } as const;
const before = hookKeyframes({ optional: true });

/** Share of the way for an even position in 0..1. */
const easings = {
  linear: (position: number) => position,
  ease_in: (position: number) => position ** 2,
  ease_out: (position: number) => 1 - (1 - position) ** 2,
  ease_in_out: (position: number) => position ** 2 * (3 - 2 * position),
} as const;

const easingNames = Object.keys(easings) as readonly (keyof typeof easings)[];

/** Both lists by place; of two at the same place the later one counts. */
function merged(earlier: readonly HookKeyframe[] = [], added: readonly HookKeyframe[]): readonly HookKeyframe[] {
  const places = new Set(added.map(keyframe => keyframe.start_percent));
  const kept = earlier.filter(keyframe => !places.has(keyframe.start_percent));
  return [...kept, ...added].sort((a, b) => a.start_percent - b.start_percent);
}

/** Even places from `start` to `end` with the strengths given for their position in 0..1. */
function spread(count: number, [start, end]: readonly [number, number], strengthAt: (index: number) => number) {
  return Array.from({ length: count }, (_, i): HookKeyframe => {
    const position = count > 1 ? i / (count - 1) : 0;
    return { strength: strengthAt(i), start_percent: start + (end - start) * position };
  });
}

function printed(keyframes: readonly HookKeyframe[]): string {
  return `Hook keyframes: ${keyframes.map(({ strength, start_percent }) => `${strength} from ${start_percent}`).join(', ')}.`;
}

export const CreateHookKeyframe = defineNode({
  id: 'CreateHookKeyframe',
  displayName: 'Create Hook Keyframe',
  ...flags,
  inputs: {
    strength_mult: float({ default: 1, min: -20, max: 20, step: 0.01 }),
    start_percent: float({ default: 0, ...share }),
    prev_hook_kf: before,
  },
  outputs,
  execute: ({ strength_mult: strength, start_percent, prev_hook_kf }) => [
    merged(prev_hook_kf, [{ strength, start_percent }]),
  ],
});

export const CreateHookKeyframesInterpolated = defineNode({
  id: 'CreateHookKeyframesInterpolated',
  displayName: 'Create Hook Keyframes Interp.',
  ...flags,
  inputs: {
    strength_start: float({ default: 1, min: 0, max: 10, step: 0.001 }),
    strength_end: float({ default: 1, min: 0, max: 10, step: 0.001 }),
    interpolation: combo(easingNames),
    start_percent: float({ default: 0, ...share }),
    end_percent: float({ default: 1, ...share }),
    keyframes_count: int({ default: 5, min: 2, max: 100, step: 1 }),
    print_keyframes: boolean({ default: false }),
    prev_hook_kf: before,
  },
  outputs,
  execute: (args, { services }) => {
    const { strength_start, strength_end, interpolation, keyframes_count } = args;
    const strengthAt = (index: number): number =>
      strength_start + (strength_end - strength_start) * easings[interpolation](index / (keyframes_count - 1));
    const keyframes = spread(keyframes_count, [args.start_percent, args.end_percent], strengthAt);
    if (args.print_keyframes) services.warn(printed(keyframes));
    return [merged(args.prev_hook_kf, keyframes)];
  },
});

export const CreateHookKeyframesFromFloats = defineNode({
  id: 'CreateHookKeyframesFromFloats',
  displayName: 'Create Hook Keyframes From Floats',
  ...flags,
  inputs: {
    floats_strength: custom<number | readonly number[]>('FLOATS', {
      default: -1,
      min: -1,
      step: 0.001,
      forceInput: true,
    }),
    start_percent: float({ default: 0, ...share }),
    end_percent: float({ default: 1, ...share }),
    print_keyframes: boolean({ default: false }),
    prev_hook_kf: before,
  },
  outputs,
  execute: ({ floats_strength, start_percent, end_percent, print_keyframes, prev_hook_kf }, { services }) => {
    const strengths = typeof floats_strength === 'number' ? [floats_strength] : floats_strength;
    const keyframes = spread(strengths.length, [start_percent, end_percent], index => strengths[index] ?? 1);
    if (print_keyframes) services.warn(printed(keyframes));
    return [merged(prev_hook_kf, keyframes)];
  },
});

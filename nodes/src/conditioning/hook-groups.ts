// Groups of hooks: lists of changes that are meant for a part of the picture or of the denoising. They are only data here, joined
// and given their strengths; a conditioning carries them, and sampling says that it goes on without them (ignored-options.ts).
import { type TextEncoder, withConditioningOptions } from '@snug/engine';
import { boolean, clip, defineNode, hookKeyframes, hooks } from '@snug/execution';
import type { Hook } from '../node-types.ts';

const flags = { pythonModule: 'comfy_extras.nodes_hooks', experimental: true } as const;
const combine = { ...flags, category: 'advanced/hooks/combine' } as const;
const outputs = [hooks()] as const;
const group = hooks({ optional: true });

const pairInputs = { hooks_A: group, hooks_B: group } as const;
const fourInputs = { ...pairInputs, hooks_C: group, hooks_D: group } as const;
const eightInputs = { ...fourInputs, hooks_E: group, hooks_F: group, hooks_G: group, hooks_H: group } as const;

/** Every hook once, in the order of the inputs; what is not linked adds nothing. */
function joined(groups: Readonly<Record<string, readonly Hook[] | undefined>>): readonly Hook[] {
  return [...new Set(Object.values(groups).flatMap(hooksOfGroup => hooksOfGroup ?? []))];
}

export const CombineHooks2 = defineNode({
  id: 'CombineHooks2',
  displayName: 'Combine Hooks [2]',
  ...combine,
  inputs: pairInputs,
  outputs,
  execute: groups => [joined(groups)],
});

export const CombineHooks4 = defineNode({
  id: 'CombineHooks4',
  displayName: 'Combine Hooks [4]',
  ...combine,
  inputs: fourInputs,
  outputs,
  execute: groups => [joined(groups)],
});

export const CombineHooks8 = defineNode({
  id: 'CombineHooks8',
  displayName: 'Combine Hooks [8]',
  ...combine,
  inputs: eightInputs,
  outputs,
  execute: groups => [joined(groups)],
});

export const SetHookKeyframes = defineNode({
  id: 'SetHookKeyframes',
  displayName: 'Set Hook Keyframes',
  ...flags,
  category: 'advanced/hooks/scheduling',
  inputs: { hooks: hooks(), hook_kf: hookKeyframes({ optional: true }) },
  outputs,
  execute: ({ hooks: given, hook_kf: keyframes }) => [
    keyframes === undefined ? given : given.map((hook): Hook => ({ ...hook, keyframes })),
  ],
});

/** The encoder, whose conditionings carry the hooks. */
function markedWith(hooks: readonly Hook[], encoder: TextEncoder): TextEncoder {
  return {
    ...encoder,
    withStopAtLayer: layer => markedWith(hooks, encoder.withStopAtLayer(layer)),
    withScaledAttention: factors => markedWith(hooks, encoder.withScaledAttention(factors)),
    encode: async (text, options) => withConditioningOptions(await encoder.encode(text, options), { hooks }),
  };
}

/** No hook of this version changes a text encoder, so `schedule_clip` has nothing to encode several times. */
export const SetClipHooks = defineNode({
  id: 'SetClipHooks',
  displayName: 'Set CLIP Hooks',
  ...flags,
  category: 'advanced/hooks/clip',
  inputs: {
    clip: clip(),
    apply_to_conds: boolean({ default: true }),
    schedule_clip: boolean({ default: false }),
    hooks: group,
  },
  outputs: [clip()],
  execute: ({ clip: encoder, apply_to_conds, hooks: given = [] }) => [
    apply_to_conds && given.length > 0 ? markedWith(given, encoder) : encoder,
  ],
});

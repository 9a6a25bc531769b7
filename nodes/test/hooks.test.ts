// Hooks as data: nodes join them, give them their strengths and put them on conditionings.
import type { Conditioning, TextEncoder } from '@snug/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookKeyframe } from '../src/node-types.ts';
import { called } from './node-calls.ts';

interface NamedHook {
  readonly name: string;
  readonly keyframes?: readonly HookKeyframe[];
}

const [a, b, c]: readonly [NamedHook, NamedHook, NamedHook] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
const hooksOf = async (node: string, inputs: object) => (await called<[readonly NamedHook[]]>(node, inputs))[0];
const text: Conditioning = [[{ data: Float32Array.of(1), dims: [1, 1, 1] }, { strength: 0.5 }]];

describe('groups of hooks', () => {
  it('are joined in the order of the inputs, every hook once', async () => {
    expect(await hooksOf('CombineHooks2', { hooks_A: [b, a], hooks_B: [a, c] })).toEqual([b, a, c]);
    const far = { hooks_A: [a], hooks_D: [c], hooks_H: [b] };
    expect(await hooksOf('CombineHooks8', far)).toEqual([a, c, b]);
  });

  it.each(['CombineHooks2', 'CombineHooks4', 'CombineHooks8'])('are empty when nothing is linked to %s', async node => {
    expect(await hooksOf(node, {})).toEqual([]);
  });

  it('may be joined in any grouping', async () => {
    const group = fc.subarray([a, b, c]);
    await fc.assert(
      fc.asyncProperty(group, group, group, group, async (...groups) => {
        const [hooks_A, hooks_B, hooks_C, hooks_D] = groups;
        const left = await hooksOf('CombineHooks2', { hooks_A, hooks_B });
        const right = await hooksOf('CombineHooks2', { hooks_A: hooks_C, hooks_B: hooks_D });
        const inTwoSteps = await hooksOf('CombineHooks2', { hooks_A: left, hooks_B: right });
        expect(await hooksOf('CombineHooks4', { hooks_A, hooks_B, hooks_C, hooks_D })).toEqual(inTwoSteps);
      }),
      { numRuns: 30 },
    );
  });
});

describe('keyframes of hooks', () => {
  const early = { strength_mult: 0.25, start_percent: 0 };
  const late = { strength_mult: 1, start_percent: 0.5 };

  it('come in the order of the denoising, whichever was made first', async () => {
    const [first] = await called<[readonly HookKeyframe[]]>('CreateHookKeyframe', late);
    const [both] = await called<[readonly HookKeyframe[]]>('CreateHookKeyframe', { ...early, prev_hook_kf: first });
    const expected = [
      { strength: 0.25, start_percent: 0 },
      { strength: 1, start_percent: 0.5 },
    ];
    expect(both).toEqual(expected);
    expect(await hooksOf('SetHookKeyframes', { hooks: [a, b], hook_kf: both })).toEqual([
      { name: 'a', keyframes: expected },
      { name: 'b', keyframes: expected },
    ]);
  });

  it('replace those that were set before, on copies', async () => {
    const [hook_kf] = await called<[readonly HookKeyframe[]]>('CreateHookKeyframe', late);
    const before = { ...a, keyframes: [{ strength: 7, start_percent: 0.2 }] };
    const [after] = await hooksOf('SetHookKeyframes', { hooks: [before], hook_kf });
    expect(after?.keyframes).toEqual([{ strength: 1, start_percent: 0.5 }]);
    expect(before.keyframes).toEqual([{ strength: 7, start_percent: 0.2 }]);
  });

  it('stay as they are when none are linked', async () => {
    expect(await hooksOf('SetHookKeyframes', { hooks: [a] })).toEqual([a]);
  });
});

describe('conditionings with hooks', () => {
  const properties = { cond_NEW: text, strength: 1, set_cond_area: 'default' };

  it('carry the group beside their other options', async () => {
    const [conditioning] = await called<[Conditioning]>('ConditioningSetProperties', { ...properties, hooks: [a] });
    expect(conditioning[0]?.[1]).toEqual({ strength: 0.5, hooks: [a] });
  });

  it('say nothing of a group without hooks', async () => {
    const [conditioning] = await called<[Conditioning]>('ConditioningSetProperties', { ...properties, hooks: [] });
    expect(conditioning[0]?.[1]).toEqual({ strength: 0.5 });
    const defaults = { cond: text, cond_DEFAULT: text, hooks: [] };
    const [joined] = await called<[Conditioning]>('ConditioningSetDefaultCombine', defaults);
    expect(joined[1]?.[1]).toEqual({ strength: 0.5, default: true });
  });

  const encoder: TextEncoder = {
    withStopAtLayer: () => encoder,
    withScaledAttention: () => encoder,
    encode: async () => text,
  };
  const encoded = async (inputs: object) => {
    const [clip] = await called<[TextEncoder]>('SetClipHooks', { clip: encoder, schedule_clip: false, ...inputs });
    return clip.withStopAtLayer(-2).withScaledAttention({ query: 1, key: 1, value: 1, out: 2 }).encode('a bottle');
  };

  it('come from a text encoder with hooks, whatever else is set on it', async () => {
    const conditioning = await encoded({ hooks: [b], apply_to_conds: true });
    expect(conditioning[0]?.[1]).toEqual({ strength: 0.5, hooks: [b] });
  });

  it('do not come from one whose hooks are its own or that has none', async () => {
    expect(await encoded({ hooks: [b], apply_to_conds: false })).toBe(text);
    expect(await encoded({ hooks: [], apply_to_conds: true })).toBe(text);
    expect(await encoded({ apply_to_conds: true })).toBe(text);
  });
});

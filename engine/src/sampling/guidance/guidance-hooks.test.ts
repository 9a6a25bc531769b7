import { describe, expect, it } from 'vitest';
import type { GuidanceMoment, GuidancePatch } from '../../models/guidance-patch.ts';
import { startPatches } from './guidance-hooks.ts';
import { optimallyScaledGuidance, tangentialGuidance } from './negative-projections.ts';
import { renormalizedGuidance, rescaledGuidance } from './rescaled.ts';

const moment: GuidanceMoment = {
  x: { data: Float32Array.of(1, 2, 3, 4), dims: [2, 2, 1, 1] },
  sigma: 1,
  cfg: 3,
  percentToSigma: percent => 1 - percent,
  estimate: () => Promise.reject(new Error('not asked for')),
  attention: () => Promise.reject(new Error('not asked for')),
};
const sides = { positive: Float32Array.of(1, 0, 2, 1), negative: Float32Array.of(0, 1, 1, 1) };

const adding = (amount: number): GuidancePatch => ({
  name: `add ${amount}`,
  start: () => ({
    before: ({ positive, negative }) => ({ positive: positive.map(value => value + amount), negative }),
    after: async guided => guided.map(value => value * amount),
  }),
});
const answering = (answer: number): GuidancePatch => ({
  name: `answer ${answer}`,
  start: () => ({ combine: ({ positive }) => positive.map(() => answer) }),
});

describe('patches of the guidance', () => {
  it('leave plain guidance alone when there are none', async () => {
    expect([...(await startPatches([])(sides, moment))]).toEqual([3, -2, 4, 1]);
  });

  it('run in their order, and the last one that combines counts', async () => {
    const combine = startPatches([adding(2), answering(5), adding(3), answering(7)]);
    expect([...(await combine(sides, moment))]).toEqual([42, 42, 42, 42]);
  });

  it('are not asked to combine where there is no negative', async () => {
    const combine = startPatches([answering(5)]);
    expect([...(await combine({ positive: sides.positive, negative: undefined }, moment))]).toEqual([1, 0, 2, 1]);
  });

  it('are refused with numbers that are none, before anything is computed', () => {
    expect(() => startPatches([rescaledGuidance(Number.NaN)])).toThrow(
      'multiplier of RescaleCFG must be a finite number',
    );
  });

  it.each([
    ['RescaleCFG', rescaledGuidance(0.7)],
    ['RenormCFG', renormalizedGuidance({ truncatedFrom: 100, limit: 1 })],
    ['CFGZeroStar', optimallyScaledGuidance()],
    ['TCFG', tangentialGuidance()],
  ])('%s stays finite for estimates without any difference or noise', async (_, patch) => {
    const same = { positive: moment.x.data, negative: moment.x.data };
    const guided = await startPatches([patch])(same, moment);
    expect(guided.every(Number.isFinite)).toBe(true);
    const zeros = { positive: new Float32Array(4), negative: new Float32Array(4) };
    expect((await startPatches([patch])(zeros, moment)).every(Number.isFinite)).toBe(true);
  });

  it('measures the length of each picture alone', async () => {
    const far = { positive: Float32Array.of(1, 0, 100, 0), negative: Float32Array.of(-1, 0, 100, 0) };
    const guided = await startPatches([renormalizedGuidance({ truncatedFrom: 100, limit: 1 })])(far, moment);
    expect([...guided]).toEqual([1, 0, 100, 0]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Condition } from './condition.ts';
import { withCounterparts } from './counterparts.ts';
import type { Denoiser, DenoiserInput } from './denoiser.ts';
import { estimateGroups } from './estimate.ts';

const x: Tensor = { data: new Float32Array(2 * 6), dims: [2, 1, 2, 3] };

function condition(value: number, changes: Partial<Condition> = {}): Condition {
  const context = { data: Float32Array.of(value), dims: [1, 1, 1] };
  const always = { startSigma: 1e9, endSigma: 0, region: undefined, isDefault: false, control: undefined };
  return { context, ...always, weight: 1, ...changes };
}

/** Its estimate is the number in the embedding. */
function echo() {
  const inputs: DenoiserInput[] = [];
  const denoiser: Denoiser = async input => {
    inputs.push(input);
    const size = input.x.data.length / input.x.dims[0]!;
    const perItem = input.context.data.length / input.x.dims[0]!;
    return {
      data: input.x.data.map((_, i) => input.context.data[Math.floor(i / size) * perItem]!),
      dims: input.x.dims,
    };
  };
  return { denoiser, inputs };
}

describe('estimates of groups of conditions', () => {
  it('are made in one call when all shapes agree', async () => {
    const { denoiser, inputs } = echo();
    const [positive, negative] = await estimateGroups(denoiser, [[condition(3)], [condition(5)]], x, 1);
    expect(inputs).toHaveLength(1);
    expect(inputs[0]?.x.dims).toEqual([4, 1, 2, 3]);
    expect(new Set(positive)).toEqual(new Set([3]));
    expect(new Set(negative)).toEqual(new Set([5]));
  });

  it('are averaged by weight', async () => {
    const conditions = [condition(1, { weight: 3 }), condition(5, { weight: 1 })];
    const [mean] = await estimateGroups(echo().denoiser, [conditions], x, 1);
    for (const value of mean!) expect(value).toBeCloseTo(2, 6);
  });

  it('hold for a region where there is one, and are 0 where there is none', async () => {
    const region = { top: 1, left: 1, height: 1, width: 2 };
    const { denoiser, inputs } = echo();
    const [estimate] = await estimateGroups(denoiser, [[condition(4, { region })]], x, 1);
    expect(inputs[0]?.x.dims).toEqual([2, 1, 1, 2]);
    expect([...estimate!]).toEqual([0, 0, 0, 0, 4, 4, 0, 0, 0, 0, 4, 4]);
  });

  it('follow a mask, whose items are repeated over the batch', async () => {
    const weight = { data: Float32Array.of(1, 0, 0, 0, 0, 0.5), dims: [1, 2, 3] };
    const [estimate] = await estimateGroups(echo().denoiser, [[condition(4, { weight }), condition(1)]], x, 1);
    expect([...estimate!].map(value => Number(value.toFixed(5)))).toEqual([2.5, 1, 1, 1, 1, 2, 2.5, 1, 1, 1, 1, 2]);
  });

  it('come from the conditions that are active at the sigma only', async () => {
    const early = condition(1, { endSigma: 5 });
    const late = condition(2, { startSigma: 5 });
    const at = async (sigma: number) => (await estimateGroups(echo().denoiser, [[early, late]], x, sigma))[0]![0];
    expect([await at(6), await at(5), await at(4)]).toEqual([1, 1.5, 2]);
  });

  it('are 0 and call nothing when there is no condition', async () => {
    const { denoiser, inputs } = echo();
    expect(new Set((await estimateGroups(denoiser, [[]], x, 1))[0])).toEqual(new Set([0]));
    expect(inputs).toHaveLength(0);
  });

  it('stop at an abort before the next call', async () => {
    const { denoiser, inputs } = echo();
    const promise = estimateGroups(denoiser, [[condition(1)]], x, 1, { signal: AbortSignal.abort() });
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    expect(inputs).toHaveLength(0);
  });
});

describe('counterparts', () => {
  const region = { top: 0, left: 0, height: 2, width: 2 };

  it('answer a region with the condition around it on the other side', () => {
    const local = condition(1, { region, weight: 0.7 });
    const [positive, negative] = withCounterparts([[local], [condition(9)]]);
    expect(positive).toEqual([local]);
    expect(negative).toEqual([condition(9), { ...local, context: condition(9).context }]);
  });

  it('come from the narrowest condition around it', () => {
    const wider = condition(8, { region: { top: 0, left: 0, height: 2, width: 3 } });
    const [, negative] = withCounterparts([[condition(1, { region })], [condition(9), wider]]);
    expect(negative?.at(-1)?.context).toEqual(wider.context);
  });

  it('are not needed where the other side has the same region, or none around it', () => {
    const same = condition(9, { region });
    expect(withCounterparts([[condition(1, { region })], [same]])[1]).toEqual([same]);
    const elsewhere = condition(9, { region: { top: 0, left: 2, height: 1, width: 1 } });
    expect(withCounterparts([[condition(1, { region })], [elsewhere]])[1]).toEqual([elsewhere]);
  });

  it('are none for conditions of the whole picture', () => {
    const sides = withCounterparts([[condition(1), condition(2)], [condition(3)]]);
    expect(sides.map(side => side.length)).toEqual([2, 1]);
  });

  it('are given by every side to every other', () => {
    const local = condition(1, { region, weight: 0.7 });
    const sides = withCounterparts([[local], [condition(8)], [condition(9)]]);
    expect(sides.map(side => side.length)).toEqual([1, 2, 2]);
  });
});

describe('default conditions', () => {
  const [full, half] = [
    { region: { top: 0, left: 0, height: 2, width: 1 }, weight: 1 },
    { region: { top: 0, left: 1, height: 2, width: 1 }, weight: 0.25 },
  ];

  it('weigh what the others leave open', async () => {
    const conditions = [condition(1, full), condition(3, half), condition(7, { isDefault: true })];
    const [mean] = await estimateGroups(echo().denoiser, [conditions], x, 1);
    expect([...mean!.slice(0, 3)]).toEqual([1, 0.25 * 3 + 0.75 * 7, 7]);
  });

  it('are not evaluated where nothing is left open', async () => {
    const { denoiser, inputs } = echo();
    await estimateGroups(denoiser, [[condition(1), condition(7, { isDefault: true })]], x, 1);
    expect(inputs.map(input => input.x.dims[0])).toEqual([2]);
  });

  it('take over when the others are out of their range of steps', async () => {
    const conditions = [condition(1, { startSigma: 0.5 }), condition(7, { isDefault: true })];
    const [mean] = await estimateGroups(echo().denoiser, [conditions], x, 1);
    expect(new Set(mean)).toEqual(new Set([7]));
  });
});

describe('conditions with ControlNets', () => {
  it('share a call with those that have the same ones only', async () => {
    const { denoiser, inputs } = echo();
    const control = {};
    const conditions = [condition(1, { control }), condition(2), condition(3, { control })];
    await estimateGroups(denoiser, [conditions], x, 1);
    expect(inputs.map(input => [input.control, input.x.dims[0]])).toEqual([
      [control, 4],
      [undefined, 2],
    ]);
  });
});

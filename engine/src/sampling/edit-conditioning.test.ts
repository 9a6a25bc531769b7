import { describe, expect, it } from 'vitest';
import type { Conditioning } from '../models/model.ts';
import {
  averageConditioning,
  concatConditioning,
  withConditioningOptions,
  zeroConditioning,
} from './edit-conditioning.ts';

const tensor = (dims: readonly number[], ...data: readonly number[]) => ({ data: Float32Array.from(data), dims });
const one = (dims: readonly number[], ...data: readonly number[]): Conditioning => [[tensor(dims, ...data), {}]];

describe('mixing embeddings', () => {
  it('fills a shorter text with zeros and cuts a longer one', () => {
    const [to] = averageConditioning(one([1, 2, 1], 4, 8), one([1, 1, 1], 2), 0.5);
    expect([...to![0].data]).toEqual([3, 4]);
    const [cut] = averageConditioning(one([1, 1, 1], 4), one([1, 2, 1], 2, 9), 0.5);
    expect(cut![0]).toEqual(tensor([1, 1, 1], 3));
  });

  it('changes no entry that was given', () => {
    const to = one([1, 1, 2], 4, 8);
    averageConditioning(to, one([1, 1, 2], 0, 0), 0.25);
    zeroConditioning(to);
    withConditioningOptions(to, { strength: 2 });
    expect(to).toEqual(one([1, 1, 2], 4, 8));
  });

  it.each([
    ['averaging', averageConditioning],
    ['joining', (to: Conditioning, from: Conditioning) => concatConditioning(to, from)],
  ] as const)('by %s needs another text of the same width', (_, mix) => {
    expect(() => mix(one([1, 1, 2], 1, 2), one([1, 1, 3], 1, 2, 3), 0.5)).toThrow('2 numbers wide');
    expect(() => mix(one([1, 1, 2], 1, 2), [], 0.5)).toThrow('a list with at least one entry');
  });
});

it('joins the tokens of one text to every item of a batch', () => {
  const [joined] = concatConditioning(one([2, 1, 1], 1, 2), one([1, 2, 1], 7, 8));
  expect(joined![0]).toEqual(tensor([2, 3, 1], 1, 7, 8, 2, 7, 8));
});

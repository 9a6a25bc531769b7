import { expect, it } from 'vitest';
import { areAllFinite } from './finite.ts';
import { weightedSum } from './weighted-sum.ts';

it('adds scaled latents into a new one', () => {
  const a = Float32Array.of(1, 2);
  expect([...weightedSum([2, a], [-1, Float32Array.of(3, 5)], [0.5, Float32Array.of(4, 8)])]).toEqual([1, 3]);
  expect([...a]).toEqual([1, 2]);
});

it('of one latent is a scaled copy, of none is empty', () => {
  const a = Float32Array.of(1, 2);
  const copy = weightedSum([1, a]);
  expect(copy).toEqual(a);
  expect(copy).not.toBe(a);
  expect(weightedSum()).toHaveLength(0);
});

it('rounds factors and products as 32-bit tensors do', () => {
  const third = Math.fround(1 / 3);
  expect(weightedSum([1 / 3, Float32Array.of(3)])[0]).toBe(Math.fround(third * 3));
});

it.each([
  [[0, -1, 3e38], true],
  [[], true],
  [[0, Number.NaN], false],
  [[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], false],
])('sees whether %j are all finite: %s', (values, expected) => {
  expect(areAllFinite(Float32Array.from(values))).toBe(expected);
});

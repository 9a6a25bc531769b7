import { expect, it } from 'vitest';
import { appendZero, linspace } from './linspace.ts';

it('reaches both ends exactly, whatever the step is rounded to', () => {
  const values = linspace(0.1, 14.6, 7);
  expect(values[0]).toBe(Math.fround(0.1));
  expect(values[6]).toBe(Math.fround(14.6));
});

it('of one value is its start, of none is empty', () => {
  expect([...linspace(3, 1, 1)]).toEqual([3]);
  expect([...linspace(3, 1, 0)]).toEqual([]);
});

it('appends a zero without touching the values', () => {
  expect([...appendZero([3, 2])]).toEqual([3, 2, 0]);
  expect([...appendZero([])]).toEqual([0]);
});

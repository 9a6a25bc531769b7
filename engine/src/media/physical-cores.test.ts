import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { coresListed, physicalCores } from './physical-cores.ts';

const processor = (socket: number, core: number) =>
  `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}\nflags\t\t: fpu`;

it('counts the two threads of a core once and equal numbers on two sockets twice', () => {
  const info = [processor(0, 0), processor(0, 0), processor(0, 1), processor(1, 0), ''].join('\n\n');
  expect(coresListed(info)).toBe(3);
});

it('does not guess from a list that names no cores', () => {
  expect(coresListed('processor\t: 0\nBogoMIPS\t: 50.00\n\n')).toBeUndefined();
});

it('never counts more than the process may use', () => {
  expect(physicalCores()).toBeGreaterThanOrEqual(1);
  expect(physicalCores()).toBeLessThanOrEqual(availableParallelism());
});

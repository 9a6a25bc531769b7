import { expect, test } from 'vitest';
import { roundToGrid } from './brownian-tree.ts';

test('times are rounded to six digits, exact ties to the even digit', () => {
  expect(roundToGrid(14.614643096923828)).toBe(14.614643);
  expect(roundToGrid(1 / 128)).toBe(0.007812);
  expect(roundToGrid(3 / 128)).toBe(0.023438);
  expect(roundToGrid(-1 / 128)).toBe(-0.007812);
  expect(roundToGrid(0.0000005)).toBe(0); // the double lies just below the tie
  expect(roundToGrid(2)).toBe(2);
});

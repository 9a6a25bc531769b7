import { expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

it('starts the next child at once after one failure, then ever later up to a limit', () => {
  expect([1, 2, 3, 4, 20].map(failures => backOffMs(failures, 5_000))).toEqual([0, 250, 500, 1_000, 5_000]);
});

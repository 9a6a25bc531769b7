import { expect, it } from 'vitest';
import { summarize } from './report.ts';

it('counts per folder and names failures, what was left out and what was skipped', () => {
  const compared = { passed: true, error: 0.05, tolerance: 0.1, where: 'final[2]' };
  const { text, failures } = summarize([
    { folder: 'rng', name: 'a', outcome: compared },
    { folder: 'rng', name: 'b', outcome: { ...compared, passed: false, error: 0.3 } },
    { folder: 'rng', name: 'c', outcome: { failed: 'Error: broken' } },
    { folder: 'rng', name: 'd', outcome: { ...compared, leftOut: 'half of it' } },
    { folder: 'dit', name: 'e', outcome: { skipped: 'not covered' } },
    { folder: 'dit', name: 'f', outcome: { skipped: 'not covered' } },
  ]);
  expect(failures).toBe(2);
  expect(text.split('\n')).toEqual([
    'rng: 2/4 passed, worst error 3.0 of the tolerance',
    '  FAILED b: final[2]: error 0.300, allowed 0.100',
    '  FAILED c: Error: broken',
    '  left out of 1: half of it',
    'dit: 0/0 passed, 2 skipped',
    '  skipped 2: not covered',
  ]);
});

import { expect, it } from 'vitest';
import { markdownTable, summarize } from './report.ts';

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

it('counts the parts of a folder one by one', () => {
  const outcome = { passed: true, error: 0, tolerance: 0.1, where: 'out.0[0]' };
  const { text } = summarize([
    { folder: 'nodes', name: 'a', group: 'ImageCrop', outcome },
    { folder: 'nodes', name: 'b', group: 'ImageCrop', outcome: { ...outcome, passed: false, error: 1 } },
    { folder: 'nodes', name: 'c', group: 'ImageFlip', outcome },
    { folder: 'nodes', name: 'd', group: 'Canny', outcome: { skipped: 'node Canny' } },
  ]);
  expect(text.split('\n')[1]).toBe('  ImageCrop 1/2, ImageFlip 1/1');
});

it('makes a row of a table per folder, with the worst error and its case', () => {
  const compared = { passed: true, error: 0.05, tolerance: 0.1, where: 'final[2]' };
  const table = markdownTable([
    { folder: 'rng', name: 'a', outcome: compared },
    { folder: 'rng', name: 'b', outcome: { ...compared, error: 0.3, passed: false } },
    { folder: 'dit', name: 'c', outcome: { skipped: 'not covered' } },
  ]);
  expect(table.split('\n').slice(2)).toEqual(['| `rng` | 1/2 | 0 | 0.30 of 0.10 (`b`) |', '| `dit` | 0/0 | 1 |  |']);
});

import { expect, test } from 'vitest';
import { DurationTally, LabelledCounter } from './tally.ts';

test('a counter adds up by label set', () => {
  const counter = new LabelledCounter();
  counter.add({ result: 'success' });
  counter.add({ result: 'error' }, 2);
  counter.add({ result: 'success' });
  expect(counter.sums()).toEqual([
    { labels: { result: 'success' }, value: 2 },
    { labels: { result: 'error' }, value: 2 },
  ]);
});

test('durations are counted in every bucket that they fit into, and in the whole when they fit into none', () => {
  const tally = new DurationTally([1, 5]);
  for (const seconds of [0.5, 1, 3, 100]) tally.observe({ route: '/a' }, seconds);
  tally.observe({ route: '/b' }, 2);
  expect(tally.snapshots()).toEqual([
    { labels: { route: '/a' }, cumulative: [2, 3], count: 4, sumSeconds: 104.5 },
    { labels: { route: '/b' }, cumulative: [0, 1], count: 1, sumSeconds: 2 },
  ]);
});

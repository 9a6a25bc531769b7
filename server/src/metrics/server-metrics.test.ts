import type { ExecutionEvent } from '@snug/protocol';
import { expect, test } from 'vitest';
import { ServerMetrics } from './server-metrics.ts';

function observed(...events: readonly ExecutionEvent[]): ServerMetrics {
  const metrics = new ServerMetrics();
  for (const event of events) metrics.observe({ kind: 'run', promptId: 'p', clientId: null, event });
  return metrics;
}

const start: ExecutionEvent = { type: 'execution_start', data: { prompt_id: 'p', timestamp: 1000 } };
const failure = {
  prompt_id: 'p',
  node_id: '1',
  node_type: 'X',
  executed: [],
  exception_message: 'm',
  exception_type: 'ExecutionBlocked',
  traceback: [],
  current_inputs: {},
  current_outputs: [],
} satisfies Extract<ExecutionEvent, { type: 'execution_error' }>['data'];

test('a prompt that ends is counted with its result and its duration', () => {
  const metrics = observed(start, { type: 'execution_success', data: { prompt_id: 'p', timestamp: 3500 } });
  expect(metrics.promptResults.sums()).toEqual([{ labels: { result: 'success' }, value: 1 }]);
  expect(metrics.promptDurations.snapshots()).toMatchObject([{ count: 1, sumSeconds: 2.5 }]);
});

test('a prompt whose start nobody saw has a result and no duration', () => {
  const metrics = observed({ type: 'execution_error', data: { ...failure, timestamp: 5 } });
  expect(metrics.promptResults.sums()).toEqual([{ labels: { result: 'error' }, value: 1 }]);
  expect(metrics.promptDurations.snapshots()).toEqual([]);
});

test('the error of a blocked branch ends no prompt', () => {
  expect(observed(start, { type: 'execution_error', data: failure }).promptResults.sums()).toEqual([]);
});

test('a clock that was set back makes no negative duration', () => {
  const metrics = observed(start, { type: 'execution_success', data: { prompt_id: 'p', timestamp: 1 } });
  expect(metrics.promptDurations.snapshots()).toMatchObject([{ sumSeconds: 0 }]);
});

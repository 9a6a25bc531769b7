import { describe, expect, test } from 'vitest';
import type { RunnerHealth } from '../ports.ts';
import { readinessOf } from './readiness.ts';

const goodStore = { remaining: async () => 0 };
const runnerIn = (state: RunnerHealth['state'], reason: string | null = null) => ({
  health: async () => ({ state, reason, restarts: 0 }),
});

describe('a server is ready', () => {
  test.each(['ready', 'starting'] as const)('when its store answers and its worker is %s', async state => {
    expect(await readinessOf({ jobs: goodStore, runner: runnerIn(state) })).toMatchObject({ status: 'ready' });
  });

  test('when its runner says nothing of its health', async () => {
    expect(await readinessOf({ jobs: goodStore, runner: {} })).toMatchObject({ status: 'ready' });
  });
});

describe('a server is not ready', () => {
  test.each(['failing', 'stopped'] as const)('when its worker is %s', async state => {
    const readiness = await readinessOf({ jobs: goodStore, runner: runnerIn(state, 'out of memory') });
    expect(readiness).toEqual({
      status: 'not ready',
      checks: { store: { ok: true, reason: null }, worker: { ok: false, state, reason: 'out of memory' } },
    });
  });

  test('when its store fails', async () => {
    const jobs = { remaining: () => Promise.reject(new Error('disk full')) };
    const { status, checks } = await readinessOf({ jobs, runner: runnerIn('ready') });
    expect([status, checks.store]).toEqual(['not ready', { ok: false, reason: 'the job store failed: disk full' }]);
  });

  test('when its store or its worker hangs', async () => {
    const hangs = () => new Promise<never>(() => {});
    const { checks } = await readinessOf({ jobs: { remaining: hangs }, runner: { health: hangs } }, { limitMs: 1 });
    expect(checks.store.reason).toBe('the job store failed: no answer within 1 ms');
    expect(checks.worker).toMatchObject({ ok: false, state: 'failing' });
  });
});

// Lists of jobs, single jobs in any state, and long lists in batches (spec http.md 4.1, 4.3, 5).
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobListQuery, JobSummary } from '../../src/index.ts';
import { drain, idsOf, jobResult, newJob } from './job-fixtures.ts';
import type { CurrentStore } from './job-store-harness.ts';

const messagesOf = (last: string, endMs: number): string =>
  JSON.stringify([
    ['execution_start', { prompt_id: 'p', timestamp: 1000 }],
    ['execution_cached', { nodes: [], prompt_id: 'p', timestamp: 1001 }],
    [last, { prompt_id: 'p', timestamp: endMs }],
  ]);

const workflow = (id: unknown): string => JSON.stringify({ extra_pnginfo: { workflow: { id, nodes: [] } } });

export function describeListing(current: CurrentStore): void {
  async function gather<Item>(batches: AsyncIterable<readonly Item[]>): Promise<Item[]> {
    const items: Item[] = [];
    for await (const batch of batches) items.push(...batch);
    return items;
  }

  async function list(query: JobListQuery = {}): Promise<{ ids: string[]; total: number; count: number }> {
    const { total, count, batches } = await current().list(query);
    return { ids: (await gather(batches)).map(({ promptId }) => promptId), total, count };
  }

  async function finish(id: string, last: string, endMs: number): Promise<void> {
    expect((await current().claim('w'))?.promptId).toBe(id);
    const statusStr = last === 'execution_success' ? 'success' : 'error';
    await current().finish(id, jobResult({ statusStr, messagesJson: messagesOf(last, endMs) }));
  }

  describe('lists', () => {
    beforeEach(async () => {
      const extras: Record<string, string> = { done: workflow('w1'), stopped: workflow('w1'), waiting: workflow('w2') };
      for (const [i, id] of ['done', 'failed', 'stopped', 'running', 'waiting'].entries()) {
        await current().submit(newJob(id, { number: i, createdAtMs: 100 - i, extraDataJson: extras[id] ?? '{}' }));
      }
      await finish('done', 'execution_success', 3000);
      await finish('failed', 'execution_error', 1500);
      await finish('stopped', 'execution_interrupted', 9000);
      await current().claim('w');
    });

    it.each<[JobListQuery, string]>([
      [{}, 'waiting running stopped failed done'],
      [{ isDescending: true }, 'done failed stopped running waiting'],
      [{ statuses: ['pending'] }, 'waiting'],
      [{ statuses: ['in_progress'] }, 'running'],
      [{ statuses: ['completed'] }, 'done'],
      [{ statuses: ['failed', 'cancelled'] }, 'stopped failed'],
      [{ statuses: ['cancelled', 'cancelled'] }, 'stopped'],
      [{ statuses: [] }, ''],
      [{ workflowId: 'w1' }, 'stopped done'],
      [{ workflowId: 'w1', statuses: ['completed', 'pending'] }, 'done'],
      [{ workflowId: "x' OR 1" }, ''],
      [{ sortBy: 'execution_duration', statuses: ['completed', 'failed', 'cancelled'] }, 'failed done stopped'],
      [{ sortBy: 'execution_duration', isDescending: true }, 'stopped done failed waiting running'],
      [{ sortBy: 'execution_duration', workflowId: 'w1', isDescending: true }, 'stopped done'],
    ])('answers %j with: %s', async (query, expected) => {
      const ids = expected.split(' ').filter(id => id !== '');
      expect(await list(query)).toEqual({ ids, total: ids.length, count: ids.length });
    });

    it.each<[JobListQuery, string]>([
      [{ limit: 2 }, 'waiting running'],
      [{ limit: 2, offset: 3 }, 'failed done'],
      [{ offset: 4 }, 'done'],
      [{ offset: 5, limit: 1 }, ''],
    ])('pages %j with the total of all pages', async (query, expected) => {
      const ids = expected.split(' ').filter(id => id !== '');
      expect(await list(query)).toEqual({ ids, total: 5, count: ids.length });
    });

    it('tells what a list shows of a job', async () => {
      const [done] = await gather((await current().list({ statuses: ['completed'] })).batches);
      const { outputsJson } = jobResult();
      expect(done).toEqual<JobSummary>({
        promptId: 'done',
        status: 'completed',
        number: 0,
        numberIsFloat: false,
        createdAtMs: 100,
        workflowId: 'w1',
        messagesJson: messagesOf('execution_success', 3000),
        outputsJson,
      });
      const [running] = await gather((await current().list({ statuses: ['in_progress'] })).batches);
      expect(running).toMatchObject({ status: 'in_progress', workflowId: null, messagesJson: null, outputsJson: null });
    });

    it('follows a job through its states, back into the queue and out of the history', async () => {
      await current().requeue();
      expect((await list({ statuses: ['pending'] })).ids).toEqual(['waiting', 'running']);
      await current().cancelPending(['waiting']);
      await current().deleteHistory(['done']);
      expect((await list()).ids).toEqual(['running', 'stopped', 'failed']);
      await drain(current());
      expect((await list({ statuses: ['completed'] })).ids).toEqual(['running']);
    });

    it('knows a job in every state by its id', async () => {
      const statusOf = async (id: string): Promise<string | undefined> => (await current().details(id))?.status;
      const ids = ['waiting', 'running', 'stopped', 'failed', 'done', 'unknown'];
      expect(await Promise.all(ids.map(statusOf))).toEqual([
        'pending',
        'in_progress',
        'cancelled',
        'failed',
        'completed',
        undefined,
      ]);
      const { promptJson } = newJob('done');
      expect(await current().details('done')).toMatchObject({ promptJson, extraDataJson: workflow('w1') });
    });

    it('shows the newest life of an id: running, then waiting, then finished', async () => {
      await current().submit(newJob('done', { number: -1 }));
      expect((await current().details('done'))?.status).toBe('pending');
      expect((await current().claim('w'))?.promptId).toBe('done');
      await current().submit(newJob('done', { number: -2 }));
      expect((await current().details('done'))?.status).toBe('in_progress');
      expect((await list()).total).toBe(7);
    });

    it.each([[5], [null], [{}], ['a\0b\ud800']])('takes the workflow id %j as it is, or not at all', async id => {
      await current().submit(newJob('odd', { extraDataJson: workflow(id).replace('[]', 'NaN') }));
      const found = await current().details('odd');
      expect(found?.workflowId).toBe(typeof id === 'string' ? id : null);
      if (typeof id === 'string') expect((await list({ workflowId: id })).ids).toEqual(['odd']);
    });
  });

  describe('batches', () => {
    beforeEach(async () => {
      for (let i = 0; i < 200; i++) await current().submit(newJob(`p${String(i).padStart(3, '0')}`, { number: i }));
    });

    it('hold the queue in order, as it was at the call', async () => {
      const expected = await current().pending();
      const batches = current().pendingBatches();
      await current().claim('w');
      await current().cancelPending(['p150', 'p151']);
      await current().submit(newJob('late'));
      const found = await gather(batches);
      const gone = new Set(['p150', 'p151']);
      expect(idsOf(found)).toEqual(idsOf(expected).filter(id => !gone.has(id)));
    });

    it('hold the history as lists do', async () => {
      await drain(current());
      for (const range of [{}, { maxItems: 100 }, { maxItems: 100, offset: 7 }, { offset: 190 }, { maxItems: 0 }]) {
        expect(await gather(current().historyBatches(range))).toEqual(await current().history(range));
      }
      expect(await current().historyCount()).toBe(200);
    });

    it('leave the event loop free in between', async () => {
      let turns = 0;
      let isReading = true;
      const count = (): void => {
        turns++;
        if (isReading) setImmediate(count);
      };
      setImmediate(count);
      await gather(current().pendingBatches());
      isReading = false;
      expect(turns).toBeGreaterThan(1);
    });

    it('cost nothing when they are not read to the end', async () => {
      for await (const batch of current().pendingBatches()) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }
      expect(await current().remaining()).toBe(200);
    });
  });

  describe('the highest number', () => {
    it('is that of the integers that wait or run', async () => {
      expect(await current().highestNumber()).toBeUndefined();
      await current().submit(newJob('a', { number: 3 }));
      await current().submit(newJob('b', { number: -7 }));
      await current().submit(newJob('float', { number: 99, numberIsFloat: true }));
      expect(await current().highestNumber()).toBe(3);
      await drain(current());
      expect(await current().highestNumber()).toBeUndefined();
    });
  });
}

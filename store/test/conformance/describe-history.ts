// The history: entries, pages, retention (spec http.md 4.3 to 4.5, decisions.md 6).
import type { JobResult } from '@snug/protocol';
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { describe, expect, it } from 'vitest';
import { drain, idsOf, jobResult, newJob } from './job-fixtures.ts';
import type { CurrentStore } from './job-store-harness.ts';

export function describeHistory(current: CurrentStore): void {
  async function run(id: string, changes: Partial<JobResult> = {}): Promise<void> {
    await current().submit(newJob(id));
    await current().claim('w');
    await current().finish(id, jobResult(changes));
  }

  describe('history', () => {
    it('keeps job and result of a finished job', async () => {
      const job = newJob('a', { number: 4 });
      await current().submit(job);
      await current().claim('w');
      expect(await current().historyEntry('a')).toBeUndefined();
      const result = jobResult({
        statusStr: 'error',
        messagesJson: '[["execution_error",{"x":NaN}]]',
        outputsJson: '{}',
      });
      await current().finish('a', result);
      expect(await current().historyEntry('a')).toEqual({
        ...job,
        state: 'finished',
        attempts: 1,
        workerId: 'w',
        result,
      });
      expect(await current().running()).toEqual([]);
    });

    it('finishes a job once: later calls and calls for jobs that do not run change nothing', async () => {
      await run('a');
      await current().submit(newJob('pending'));
      await current().finish('a', jobResult({ statusStr: 'error' }));
      await current().finish('pending', jobResult());
      await current().finish('unknown', jobResult());
      expect(await current().history({})).toHaveLength(1);
      expect((await current().historyEntry('a'))?.result.statusStr).toBe('success');
      expect(await current().remaining()).toBe(1);
    });

    it('replaces the entry of a re-used id when the new run ends, not before', async () => {
      await run('a', { outputsJson: '{"run":1}' });
      await run('b');
      await current().submit(newJob('a'));
      await current().claim('w');
      expect((await current().historyEntry('a'))?.result.outputsJson).toBe('{"run":1}');
      await current().finish('a', jobResult({ outputsJson: '{"run":2}' }));
      expect((await current().historyEntry('a'))?.result.outputsJson).toBe('{"run":2}');
      expect(idsOf(await current().history({}))).toEqual(['b', 'a']);
    });

    it('lists in order of completion, oldest first', async () => {
      for (const id of ['a', 'b', 'c']) await current().submit(newJob(id));
      for (const _ of 'abc') await current().claim('w');
      for (const id of ['c', 'a', 'b']) await current().finish(id, jobResult({ finishedAtMs: 5 }));
      expect(idsOf(await current().history({}))).toEqual(['c', 'a', 'b']);
    });

    it.each([
      [{}, 'abcde'],
      [{ offset: 2 }, 'cde'],
      [{ offset: -1 }, 'abcde'],
      [{ offset: 9 }, ''],
      [{ maxItems: 2 }, 'de'],
      [{ maxItems: 9 }, 'abcde'],
      [{ maxItems: 0 }, ''],
      [{ maxItems: -1 }, ''],
      [{ maxItems: 2, offset: 1 }, 'bc'],
      [{ maxItems: 2, offset: 0 }, 'ab'],
      [{ maxItems: 2, offset: -1 }, 'de'],
      [{ maxItems: 2, offset: 4 }, 'e'],
    ])('pages %j as %j', async (range, expected) => {
      for (const id of 'abcde') await run(id);
      expect(idsOf(await current().history(range)).join('')).toBe(expected);
    });

    it('deletes entries by id, and all of them', async () => {
      for (const id of 'abcd') await run(id);
      await current().submit(newJob('a'));
      await current().deleteHistory(['a', 'c', 'unknown']);
      expect(idsOf(await current().history({}))).toEqual(['b', 'd']);
      await current().clearHistory();
      expect(await current().history({})).toEqual([]);
      expect(idsOf(await current().pending())).toEqual(['a']);
      await drain(current());
      expect(idsOf(await current().history({ maxItems: 1 }))).toEqual(['a']);
    });

    it('keeps the newest entries when there are more than the limit', async () => {
      await current.reopen({ retention: { maxEntries: 3 } });
      for (const id of 'abcdefg') await run(id);
      expect(idsOf(await current().history({}))).toEqual(['e', 'f', 'g']);
      expect(idsOf(await current().history({ maxItems: 2 }))).toEqual(['f', 'g']);
    });

    it('applies a smaller limit to what is already there', async () => {
      for (const id of 'abcdefg') await run(id);
      await current.reopen({ retention: { maxEntries: 2 } });
      expect(idsOf(await current().history({}))).toEqual(['f', 'g']);
    });

    it('prunes a long history in amortised batches and never shows much more than the limit', async () => {
      await current.reopen({ retention: { maxEntries: 400 } });
      for (let i = 0; i < 1000; i++) await run(`p${i}`);
      const history = await current().history({});
      expect(history.length).toBeGreaterThanOrEqual(400);
      expect(history.length).toBeLessThanOrEqual(404);
      expect(history.at(-1)?.promptId).toBe('p999');
      expect(history[0]?.promptId).toBe(`p${1000 - history.length}`);
    });

    it('drops the oldest entries when they take more bytes than the limit, but never the newest', async () => {
      await current.reopen({ retention: { maxBytes: 30_000 } });
      for (const id of 'abcd') await run(id, { outputsJson: JSON.stringify('ä'.repeat(5_000)) });
      expect(idsOf(await current().history({}))).toEqual(['c', 'd']);
      await run('huge', { outputsJson: JSON.stringify('x'.repeat(100_000)) });
      expect(idsOf(await current().history({}))).toEqual(['huge']);
    });

    it('drops entries that are older than the limit, also while nothing runs', async () => {
      let now = 1000;
      await current.reopen({ retention: { maxAgeMs: 100 }, now: () => now });
      await run('a', { finishedAtMs: 1000 });
      now = 1090;
      await run('b', { finishedAtMs: 1090 });
      expect(idsOf(await current().history({}))).toEqual(['a', 'b']);
      now = 1101;
      expect(idsOf(await current().history({}))).toEqual(['b']);
      now = 1191;
      expect(await current().historyEntry('b')).toBeUndefined();
    });
  });
}

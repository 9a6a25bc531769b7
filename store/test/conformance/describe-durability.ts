// What is left after closing and opening again.
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { describe, expect, it } from 'vitest';
import { drain, idsOf, jobResult, newJob } from './job-fixtures.ts';
import type { CurrentStore } from './job-store-harness.ts';

export function describeDurability(current: CurrentStore): void {
  describe('durability', () => {
    it('has queue, running jobs and history again after it was closed', async () => {
      for (const [i, id] of ['a', 'b', 'c'].entries()) await current().submit(newJob(id, { number: i }));
      await current().claim('w');
      await current().finish('a', jobResult());
      await current().claim('w');
      await current.reopen();
      expect(idsOf(await current().history({}))).toEqual(['a']);
      expect(idsOf(await current().running())).toEqual(['b']);
      expect(idsOf(await current().pending())).toEqual(['c']);
      expect(await current().remaining()).toBe(2);
    });

    it('continues the completion order after a restart', async () => {
      await current().submit(newJob('a'));
      await drain(current());
      await current.reopen();
      await current().submit(newJob('0'));
      await drain(current());
      expect(idsOf(await current().history({}))).toEqual(['a', '0']);
    });

    it('can be closed twice, and says so when it is used afterwards', async () => {
      const closed = current();
      await closed.close();
      await closed.close();
      await expect(closed.submit(newJob('a'))).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await expect(closed.claim('w')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await expect(closed.pending()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await expect(closed.history({})).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await current.reopen();
    });
  });
}

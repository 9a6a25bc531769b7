// Nothing is lost and nothing happens twice when the process is killed at any point.
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { describe, expect, it } from 'vitest';
import { CrashingChild } from './crashing-child.ts';
import { drain, idsOf, newJob } from './job-fixtures.ts';
import type { CurrentStore, JobStoreHarness } from './job-store-harness.ts';

export function describeCrashes(current: CurrentStore, target: () => JobStoreHarness['crashTarget']): void {
  describe('kill -9', () => {
    it('loses no submission that was acknowledged and stores none twice', async () => {
      await current().close();
      const child = new CrashingChild('submit', target());
      await child.killAfter(150, 'submitted');
      await current.reopen();
      const acknowledged = child.acknowledged('submitted');
      const pending = idsOf(await current().pending());
      expect(pending.slice(0, acknowledged.length)).toEqual(acknowledged);
      // The one that was under way may be there or not.
      expect(pending.length - acknowledged.length).toBeLessThanOrEqual(1);
      expect(new Set(pending).size).toBe(pending.length);
    });

    it('finishes every job exactly once over several kills of the worker', async () => {
      const ids = Array.from({ length: 60 }, (_, i) => `p${String(i).padStart(2, '0')}`);
      for (const [i, id] of ids.entries()) await current().submit(newJob(id, { number: i }));
      for (const finishes of [7, 15, 4]) {
        await current().close();
        const child = new CrashingChild('work', target());
        // Some more are permitted than awaited, so that the kill comes at any point of the next jobs.
        child.permit(finishes + 8);
        await child.killAfter(finishes, 'finished');
        await current.reopen();
        await current().requeue();
        const finished = new Set(idsOf(await current().history({})));
        expect(child.acknowledged('finished').filter(id => !finished.has(id))).toEqual([]);
      }
      expect(await current().running()).toEqual([]);
      expect([...idsOf(await current().history({})), ...idsOf(await current().pending())]).toEqual(ids);
      await drain(current());
      expect(idsOf(await current().history({}))).toEqual(ids);
    });

    it('puts the job that was running back in its place', async () => {
      for (const [i, id] of ['a', 'b', 'c'].entries()) await current().submit(newJob(id, { number: i }));
      await current().close();
      await new CrashingChild('work', target()).killAfter(1, 'claimed');
      await current.reopen();
      expect(idsOf(await current().running())).toEqual(['a']);
      expect(await current().requeue()).toEqual(['a']);
      expect(idsOf(await current().pending())).toEqual(['a', 'b', 'c']);
      expect((await current().claim('w'))?.attempts).toBe(2);
    });
  });
}

// The queue: order, claims, cancelling, requeueing (spec http.md 2.3, 4.2).
import type { Job } from '@snug/protocol';
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { describe, expect, it } from 'vitest';
import { drain, idsOf, jobResult, newJob } from './job-fixtures.ts';
import type { CurrentStore } from './job-store-harness.ts';

export function describeQueue(current: CurrentStore): void {
  describe('queue', () => {
    it('gives a claimed job back exactly as it was submitted', async () => {
      const job = newJob('p', {
        number: -2.5,
        numberIsFloat: true,
        clientId: 'käfer 😀 "quoted"',
        sensitiveJson: '{"api_key_comfy_org":"secret"}',
        outputsToExecute: ['9', '12:5', 'ä'],
      });
      await current().submit(job);
      expect(await current().claim('worker-1')).toEqual({
        ...job,
        state: 'running',
        attempts: 1,
        workerId: 'worker-1',
      });
    });

    it.each([['a\0b\ud800'], [''], [null]])('keeps the client id %j', async clientId => {
      await current().submit(newJob('p', { clientId }));
      expect((await current().claim('w'))?.clientId).toBe(clientId);
    });

    it('never lists secrets', async () => {
      await current().submit(newJob('a', { sensitiveJson: '{"token":"t"}' }));
      expect((await current().pending())[0]?.sensitiveJson).toBeNull();
      await current().claim('w');
      expect((await current().running())[0]?.sensitiveJson).toBeNull();
      await current().finish('a', jobResult());
      expect((await current().historyEntry('a'))?.sensitiveJson).toBeNull();
    });

    it('runs lower numbers first, then lower ids by code point, then earlier submissions', async () => {
      await current().submit(newJob('b', { number: 1 }));
      await current().submit(newJob('😀', { number: 0 }));
      await current().submit(newJob('！', { number: 0 }));
      await current().submit(newJob('a', { number: 1 }));
      await current().submit(newJob('z', { number: -3 }));
      await current().submit(newJob('m', { number: 0.5, numberIsFloat: true }));
      const order = ['z', '！', '😀', 'm', 'a', 'b'];
      expect(idsOf(await current().pending())).toEqual(order);
      expect(await drain(current())).toEqual(order);
    });

    it('accepts infinite numbers and refuses NaN', async () => {
      await current().submit(newJob('last', { number: Infinity }));
      await current().submit(newJob('first', { number: -Infinity }));
      expect((await current().pending()).map(job => job.number)).toEqual([-Infinity, Infinity]);
      await expect(current().submit(newJob('p', { number: Number.NaN }))).rejects.toMatchObject({
        code: 'JOB_INVALID',
      });
    });

    it.each(['', 'a\0b', 'a\udc00'])('refuses the prompt id %j, which it could not give back', async promptId => {
      await expect(current().submit(newJob(promptId))).rejects.toMatchObject({ code: 'JOB_INVALID' });
      expect(await current().remaining()).toBe(0);
    });

    it('answers undefined when there is nothing to claim', async () => {
      expect(await current().claim('w')).toBeUndefined();
    });

    it('gives a job to one of several claimers only', async () => {
      for (let i = 0; i < 20; i++) await current().submit(newJob(`p${i}`, { number: i }));
      const claims = await Promise.all(Array.from({ length: 30 }, (_, i) => current().claim(`w${i}`)));
      const ids = claims.flatMap(job => (job === undefined ? [] : [job.promptId]));
      expect(new Set(ids).size).toBe(20);
      expect(ids).toHaveLength(20);
    });

    it('counts pending and running jobs as remaining', async () => {
      await current().submit(newJob('a'));
      await current().submit(newJob('b'));
      await current().claim('w');
      expect(await current().remaining()).toBe(2);
      await current().finish('a', jobResult());
      expect(await current().remaining()).toBe(1);
    });

    it('removes pending jobs by id and leaves running ones alone', async () => {
      for (const id of ['a', 'b', 'c']) await current().submit(newJob(id));
      await current().claim('w');
      expect((await current().cancelPending(['a', 'c', 'unknown', "'; DROP TABLE jobs"])).sort()).toEqual(['c']);
      expect(idsOf(await current().running())).toEqual(['a']);
      expect(idsOf(await current().pending())).toEqual(['b']);
      expect(await current().cancelPending([])).toEqual([]);
      expect(await current().historyEntry('c')).toBeUndefined();
    });

    it('clears all pending jobs and says how many', async () => {
      for (const id of ['a', 'b', 'c']) await current().submit(newJob(id));
      await current().claim('w');
      expect(await current().clearPending()).toBe(2);
      expect(await current().clearPending()).toBe(0);
      expect(await current().remaining()).toBe(1);
    });

    it('puts the running jobs of one worker back in their place', async () => {
      for (const [i, id] of ['a', 'b', 'c'].entries()) await current().submit(newJob(id, { number: i }));
      await current().claim('gone');
      await current().claim('alive');
      expect(await current().requeue({ workerId: 'gone' })).toEqual(['a']);
      expect(idsOf(await current().running())).toEqual(['b']);
      expect(await current().requeue({ workerId: 'gone' })).toEqual([]);
      expect(await current().claim('next')).toMatchObject({ promptId: 'a', attempts: 2, workerId: 'next', number: 0 });
    });

    it('does not count the attempt of a job that is given back in good order', async () => {
      await current().submit(newJob('a'));
      await current().claim('w');
      await current().requeue();
      await current().claim('w');
      expect(await current().requeue({ workerId: 'w', undoAttempt: true })).toEqual(['a']);
      expect((await current().claim('w'))?.attempts).toBe(2);
    });

    it('keeps the secrets of a requeued job for the next run', async () => {
      await current().submit(newJob('a', { sensitiveJson: '{"token":"t"}' }));
      await current().claim('w');
      await current().requeue();
      expect((await current().claim('w'))?.sensitiveJson).toBe('{"token":"t"}');
    });

    it('runs two submissions of the same id one after the other', async () => {
      await current().submit(newJob('same', { number: 1, promptJson: '{"run":1}' }));
      await current().submit(newJob('same', { number: 2, promptJson: '{"run":2}' }));
      expect((await current().claim('w'))?.promptJson).toBe('{"run":1}');
      expect(await current().claim('w')).toBeUndefined();
      await current().finish('same', jobResult());
      expect((await current().claim('w'))?.promptJson).toBe('{"run":2}');
    });

    it('cancels every pending job of an id', async () => {
      await current().submit(newJob('same'));
      await current().submit(newJob('same'));
      expect(await current().cancelPending(['same'])).toEqual(['same', 'same']);
      expect(await current().remaining()).toBe(0);
    });

    it('tells listeners of every submission and requeue, until they leave', async () => {
      let calls = 0;
      const leave = current().onSubmitted(() => calls++);
      await current().submit(newJob('a'));
      await current().submit(newJob('b'));
      expect(calls).toBe(2);
      await current().claim('w');
      await current().requeue();
      expect(calls).toBe(3);
      leave();
      await current().submit(newJob('c'));
      expect(calls).toBe(3);
    });

    it('has the job ready to be claimed when a listener hears of it', async () => {
      const claimed = new Promise<Job | undefined>(resolve => {
        current().onSubmitted(() => resolve(current().claim('w')));
      });
      await current().submit(newJob('a'));
      expect((await claimed)?.promptId).toBe('a');
    });

    it('lists ten thousand pending jobs in order', async () => {
      for (let i = 0; i < 10_000; i++) await current().submit(newJob(`p${i}`, { number: 10_000 - i }));
      const pending = await current().pending();
      expect(pending).toHaveLength(10_000);
      expect(pending[0]?.promptId).toBe('p9999');
      expect(pending.at(-1)?.promptId).toBe('p0');
      expect(await current().cancelPending(pending.slice(0, 9_999).map(job => job.promptId))).toHaveLength(9_999);
      expect(await current().remaining()).toBe(1);
    });
  });
}

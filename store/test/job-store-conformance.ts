// What every job store must do, whatever is behind it. An adapter's test calls `describeJobStore` with a harness;
// nothing in here knows a database.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Job, JobResult, NewJob } from '@snug/protocol';
// biome-ignore lint/correctness/noUndeclaredDependencies: a suite that tests import; it never ships
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryRetention, JobStore } from '../src/index.ts';

export interface JobStoreHarness {
  /** Opens the store of this test; opened again after `close` it has the same data. */
  open(options?: { retention?: HistoryRetention; now?: () => number }): Promise<JobStore>;
  /** What a child process needs to open the same store: a module with `open(argument)` and its argument. */
  readonly crashTarget: { readonly module: URL; readonly argument: string };
  /** Throws the data away; stores are closed by then. */
  dispose(): Promise<void>;
}

export function newJob(promptId: string, changes: Partial<NewJob> = {}): NewJob {
  return {
    promptId,
    number: 0,
    numberIsFloat: false,
    clientId: 'client',
    promptJson: `{"3":{"class_type":"KSampler","inputs":{"seed":18446744073709551615,"cfg":8.0}},"id":"${promptId}"}`,
    extraDataJson: '{"client_id":"client","create_time":1700000000000}',
    sensitiveJson: null,
    outputsToExecute: ['9'],
    createdAtMs: 1_700_000_000_000,
    ...changes,
  };
}

export function jobResult(changes: Partial<JobResult> = {}): JobResult {
  return {
    statusStr: 'success',
    messagesJson: '[["execution_start",{"prompt_id":"p","timestamp":1}]]',
    outputsJson: '{"9":{"images":[{"filename":"a.png","subfolder":"","type":"output"}]}}',
    metaJson: '{"9":{"node_id":"9"}}',
    finishedAtMs: 1_700_000_001_000,
    ...changes,
  };
}

export const idsOf = (jobs: readonly Job[]): string[] => jobs.map(job => job.promptId);

/** Claims and finishes jobs until the queue is empty; answers the ids in order. */
async function drain(store: JobStore): Promise<string[]> {
  const ids: string[] = [];
  for (let job = await store.claim('w'); job !== undefined; job = await store.claim('w')) {
    await store.finish(job.promptId, jobResult());
    ids.push(job.promptId);
  }
  return ids;
}

export function describeJobStore(name: string, createHarness: () => Promise<JobStoreHarness>): void {
  describe(`${name} as a job store`, () => {
    let harness: JobStoreHarness;
    let store: JobStore;

    beforeEach(async () => {
      harness = await createHarness();
      store = await harness.open();
    });
    afterEach(async () => {
      await store.close();
      await harness.dispose();
    });

    async function reopen(options?: Parameters<JobStoreHarness['open']>[0]): Promise<void> {
      await store.close();
      store = await harness.open(options);
    }

    describeQueue(() => store);
    describeHistory(() => store, reopen);
    describeDurability(() => store, reopen);
    describeCrashes(
      () => store,
      reopen,
      () => harness.crashTarget,
    );
  });
}

function describeQueue(current: () => JobStore): void {
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

function describeHistory(
  current: () => JobStore,
  reopen: (options?: { retention?: HistoryRetention; now?: () => number }) => Promise<void>,
): void {
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
      await reopen({ retention: { maxEntries: 3 } });
      for (const id of 'abcdefg') await run(id);
      expect(idsOf(await current().history({}))).toEqual(['e', 'f', 'g']);
      expect(idsOf(await current().history({ maxItems: 2 }))).toEqual(['f', 'g']);
    });

    it('applies a smaller limit to what is already there', async () => {
      for (const id of 'abcdefg') await run(id);
      await reopen({ retention: { maxEntries: 2 } });
      expect(idsOf(await current().history({}))).toEqual(['f', 'g']);
    });

    it('prunes a long history in amortised batches and never shows much more than the limit', async () => {
      await reopen({ retention: { maxEntries: 400 } });
      for (let i = 0; i < 1000; i++) await run(`p${i}`);
      const history = await current().history({});
      expect(history.length).toBeGreaterThanOrEqual(400);
      expect(history.length).toBeLessThanOrEqual(404);
      expect(history.at(-1)?.promptId).toBe('p999');
      expect(history[0]?.promptId).toBe(`p${1000 - history.length}`);
    });

    it('drops the oldest entries when they take more bytes than the limit, but never the newest', async () => {
      await reopen({ retention: { maxBytes: 30_000 } });
      for (const id of 'abcd') await run(id, { outputsJson: JSON.stringify('ä'.repeat(5_000)) });
      expect(idsOf(await current().history({}))).toEqual(['c', 'd']);
      await run('huge', { outputsJson: JSON.stringify('x'.repeat(100_000)) });
      expect(idsOf(await current().history({}))).toEqual(['huge']);
    });

    it('drops entries that are older than the limit, also while nothing runs', async () => {
      let now = 1000;
      await reopen({ retention: { maxAgeMs: 100 }, now: () => now });
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

function describeDurability(current: () => JobStore, reopen: () => Promise<void>): void {
  describe('durability', () => {
    it('has queue, running jobs and history again after it was closed', async () => {
      for (const [i, id] of ['a', 'b', 'c'].entries()) await current().submit(newJob(id, { number: i }));
      await current().claim('w');
      await current().finish('a', jobResult());
      await current().claim('w');
      await reopen();
      expect(idsOf(await current().history({}))).toEqual(['a']);
      expect(idsOf(await current().running())).toEqual(['b']);
      expect(idsOf(await current().pending())).toEqual(['c']);
      expect(await current().remaining()).toBe(2);
    });

    it('continues the completion order after a restart', async () => {
      await current().submit(newJob('a'));
      await drain(current());
      await reopen();
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
      await reopen();
    });
  });
}

/** A child that works on the store and reports every operation that has been acknowledged; killed without warning. */
class CrashingChild {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #acknowledged: string[] = [];

  constructor(task: 'submit' | 'work', target: JobStoreHarness['crashTarget']) {
    const script = fileURLToPath(new URL('job-store-crash-child.ts', import.meta.url));
    const flags = ['--import', 'tsx', '--conditions=@snug/source'];
    this.#process = spawn(process.execPath, [...flags, script, task, target.module.href, target.argument], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#process.stdout === null) throw new Error('the child has no output');
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Lets a worker finish that many jobs. */
  permit(jobs: number): void {
    this.#process.stdin?.write('\n'.repeat(jobs));
  }

  /** Ids of the jobs that it has reported `submitted`, `claimed` or `finished`. */
  acknowledged(operation: string): string[] {
    return this.#acknowledged.flatMap(line =>
      line.startsWith(`${operation} `) ? [line.slice(operation.length + 1)] : [],
    );
  }

  /** Kills it once it has reported so many operations of a kind; reads what it had still written by then. */
  async killAfter(count: number, operation: string): Promise<void> {
    const exited = once(this.#process, 'exit');
    let isAlive = true;
    while (isAlive && this.acknowledged(operation).length < count) isAlive = await this.#read();
    this.#process.kill('SIGKILL');
    while (await this.#read());
    await exited;
    if (!isAlive) throw new Error(`the child ended after ${this.#acknowledged.length} operations`);
  }

  async #read(): Promise<boolean> {
    const { value, done } = await this.#lines.next();
    if (done === true) return false;
    this.#acknowledged.push(value);
    return true;
  }
}

function describeCrashes(
  current: () => JobStore,
  reopen: () => Promise<void>,
  target: () => JobStoreHarness['crashTarget'],
): void {
  describe('kill -9', () => {
    it('loses no submission that was acknowledged and stores none twice', async () => {
      await current().close();
      const child = new CrashingChild('submit', target());
      await child.killAfter(150, 'submitted');
      await reopen();
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
        await reopen();
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
      await reopen();
      expect(idsOf(await current().running())).toEqual(['a']);
      expect(await current().requeue()).toEqual(['a']);
      expect(idsOf(await current().pending())).toEqual(['a', 'b', 'c']);
      expect((await current().claim('w'))?.attempts).toBe(2);
    });
  });
}

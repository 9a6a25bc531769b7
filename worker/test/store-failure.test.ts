// A job store that fails for a while: nothing is lost, and the loop goes on by itself.
import type { JobStore } from '@snug/store';
import { expect, it } from 'vitest';
import { createHostBench } from './host-bench.ts';

const show = (text: string) => ({
  1: { class_type: 'TroubleNumber', inputs: { value: 5 } },
  3: { class_type: 'TroubleShow', inputs: { value: ['1', 0], text } },
});

/** A store of which some methods fail as often as said. */
function failing(jobs: JobStore, failures: Partial<Record<'claim' | 'finish' | 'remaining', number>>): JobStore {
  const left = { ...failures };
  return new Proxy(jobs, {
    get(target, name: keyof JobStore) {
      const method = target[name] as (...args: never[]) => unknown;
      return (...args: never[]) => {
        const count = left[name as keyof typeof left] ?? 0;
        if (count === 0) return method.apply(target, args);
        left[name as keyof typeof left] = count - 1;
        return Promise.reject(new Error(`${name} failed`));
      };
    },
  });
}

it.each(['claim', 'finish', 'remaining'] as const)('a job still runs to its end when %s fails at first', async name => {
  const bench = await createHostBench({ wrapJobs: jobs => failing(jobs, { [name]: 2 }) });
  await bench.submit('first', show('1'), ['3']);
  await bench.submit('second', show('2'), ['3']);
  await bench.host.start();
  expect((await bench.finished('first')).result.statusStr).toBe('success');
  expect((await bench.finished('second')).result.statusStr).toBe('success');
  expect(bench.log.filter(line => line.level === 'error')).toHaveLength(2);
  await bench.close();
});

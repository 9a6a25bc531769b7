import { expect, test } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

test('work runs one after the other, also behind a failure', async () => {
  const queue = new SerialQueue();
  const order: string[] = [];
  const run = (name: string, fails = false): Promise<void> =>
    queue.run(async () => {
      order.push(`${name} starts`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  const results = await Promise.allSettled([run('a'), run('b', true), run('c')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
});

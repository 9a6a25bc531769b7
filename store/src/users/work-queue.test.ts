import { expect, it } from 'vitest';
import { WorkQueue } from './work-queue.ts';

it('runs work of one name in order, and other names beside it', async () => {
  const queue = new WorkQueue();
  const log: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>(resolve => {
    release = resolve;
  });
  const first = queue.run('a', async () => {
    await held;
    log.push('first');
  });
  const second = queue.run('a', async () => void log.push('second'));
  await queue.run('b', async () => void log.push('other'));
  release();
  await Promise.all([first, second]);
  expect(log).toEqual(['other', 'first', 'second']);
});

it('goes on after work that failed, whose caller gets the error', async () => {
  const queue = new WorkQueue();
  const failing = queue.run('a', () => Promise.reject(new Error('broken')));
  const next = queue.run('a', async () => 5);
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe(5);
});

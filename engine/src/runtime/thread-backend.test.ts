import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { ThreadBackend } from './thread-backend.ts';

const request = {
  model: new Uint8Array(),
  folder: '/',
  device: 'cpu',
  threads: 1,
  tuning: { optimization: 'extended' },
} as const;

/** A thread that runs `onRequest` (source text) for each message. */
const threadThat = (onRequest: string) => () => {
  return new Worker(`require('worker_threads').parentPort.on('message', request => { ${onRequest} })`, { eval: true });
};

test('when the thread ends by itself, all waiting calls fail and the owner is told once', async () => {
  let lostCount = 0;
  const backend = new ThreadBackend(() => lostCount++, threadThat('process.exit(7)'));
  const calls = [backend.open(request), backend.close(1)];
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({
      code: 'INFERENCE_THREAD_LOST',
      message: 'The inference thread ended: it ended with code 7. Try again.',
    });
  }
  expect(lostCount).toBe(1);
});

test('an error that ends the thread is the reason', async () => {
  const backend = new ThreadBackend(() => {}, threadThat('throw new Error("out of luck")'));
  await expect(backend.open(request)).rejects.toMatchObject({
    code: 'INFERENCE_THREAD_LOST',
    details: { reason: 'out of luck' },
  });
});

test('disposing before anything ran starts no thread', async () => {
  const backend = new ThreadBackend(
    () => {},
    () => {
      throw new Error('a thread was started');
    },
  );
  await backend.dispose();
});

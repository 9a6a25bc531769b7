// A process that works on a job store until it is killed. Each line it prints names an operation that has been
// acknowledged; lines are written synchronously, so that none is lost and none is early. A worker finishes one job for
// each line it reads, so that the test decides how far it can have come.
// Arguments: submit|work, URL of a module with `open(argument): Promise<JobStore>`, that argument.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { JobStore } from '../../src/index.ts';

const [task = '', module = '', argument = ''] = process.argv.slice(2);

function acknowledge(operation: string): void {
  writeSync(1, `${operation}\n`);
}

async function submitForever(store: JobStore): Promise<void> {
  for (let i = 0; ; i++) {
    const promptId = `p${String(i).padStart(8, '0')}`;
    await store.submit({
      promptId,
      number: i,
      numberIsFloat: false,
      clientId: null,
      promptJson: JSON.stringify({ text: 'x'.repeat(5000) }),
      extraDataJson: '{}',
      sensitiveJson: '{"token":"t"}',
      outputsToExecute: ['1'],
      createdAtMs: 0,
    });
    acknowledge(`submitted ${promptId}`);
  }
}

async function workForever(store: JobStore): Promise<void> {
  await store.requeue();
  const permissions = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  for (let job = await store.claim('child'); job !== undefined; job = await store.claim('child')) {
    acknowledge(`claimed ${job.promptId}`);
    await permissions.next();
    const documents = { messagesJson: '[]', outputsJson: '{}', metaJson: '{}' };
    await store.finish(job.promptId, { statusStr: 'success', ...documents, finishedAtMs: Date.now() });
    acknowledge(`finished ${job.promptId}`);
  }
}

const { open } = (await import(module)) as { open: (argument: string) => Promise<JobStore> };
await (task === 'submit' ? submitForever : workForever)(await open(argument));

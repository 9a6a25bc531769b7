// Jobs and results as the tests of job stores use them.
import type { Job, JobResult, NewJob } from '@snug/protocol';
import type { JobStore } from '../../src/index.ts';

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
export async function drain(store: JobStore): Promise<string[]> {
  const ids: string[] = [];
  for (let job = await store.claim('w'); job !== undefined; job = await store.claim('w')) {
    await store.finish(job.promptId, jobResult());
    ids.push(job.promptId);
  }
  return ids;
}

// `/api/jobs` over real HTTP (spec http.md 5).
import type { JobResult } from '@snug/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

const result = (last: string, outputs: object = {}, extra: object = {}): JobResult => ({
  statusStr: last === 'execution_success' ? 'success' : 'error',
  messagesJson: JSON.stringify([
    ['execution_start', { prompt_id: 'p', timestamp: 1000 }],
    ['execution_cached', { nodes: [], prompt_id: 'p', timestamp: 1001 }],
    [last, { prompt_id: 'p', timestamp: 3000, ...extra }],
  ]),
  outputsJson: JSON.stringify(outputs),
  metaJson: '{}',
  finishedAtMs: 3000,
});

const picture = (type: string): object => ({ filename: `${type}.png`, subfolder: '', type });

async function submit(promptId: string, createdAtMs: number, extraData = '{}'): Promise<void> {
  await server.jobs.submit({
    promptId,
    number: createdAtMs,
    numberIsFloat: false,
    clientId: null,
    promptJson: '{"1":{"class_type":"SaveImage","inputs":{"seed":18446744073709551615}}}',
    extraDataJson: extraData,
    sensitiveJson: null,
    outputsToExecute: ['1'],
    createdAtMs,
  });
}

async function finish(jobResult: JobResult): Promise<void> {
  const job = await server.jobs.claim('w');
  await server.jobs.finish(job?.promptId ?? '', jobResult);
}

interface JobList {
  readonly jobs: readonly (Record<string, unknown> & { readonly id: string; readonly status: string })[];
  readonly pagination: object;
}

const list = async (query = ''): Promise<JobList> => (await server.send(`/api/jobs${query}`)).json() as JobList;
const idsOf = ({ jobs }: JobList): string[] => jobs.map(({ id }) => id);

beforeEach(async () => {
  server = await startTestServer();
  await submit('done', 1, '{"extra_pnginfo":{"workflow":{"id":"w1"}}}');
  await submit('failed', 2);
  await submit('stopped', 3);
  await submit('running', 4);
  await submit('waiting', 5);
  await finish(result('execution_success', { 9: { images: [picture('temp'), picture('output')], animated: [false] } }));
  await finish(result('execution_error', {}, { exception_message: 'broken', node_id: '1' }));
  await finish(result('execution_interrupted', {}, { timestamp: 9000 }));
  await server.jobs.claim('w');
});

afterEach(() => server.close());

test('the list holds queue and history, newest first', async () => {
  const found = await list();
  expect(idsOf(found)).toEqual(['waiting', 'running', 'stopped', 'failed', 'done']);
  expect(found.jobs.map(({ status }) => status)).toEqual([
    'pending',
    'in_progress',
    'cancelled',
    'failed',
    'completed',
  ]);
  expect(found.pagination).toEqual({ offset: 0, limit: null, total: 5, has_more: false });
});

test('a finished job tells its times, outputs and workflow', async () => {
  const job = (await list('?status=completed')).jobs[0];
  expect(job).toEqual({
    id: 'done',
    status: 'completed',
    priority: 1,
    create_time: 1,
    execution_start_time: 1000,
    execution_end_time: 3000,
    outputs_count: 2,
    previewable_outputs_count: 2,
    preview_output: { filename: 'output.png', subfolder: '', type: 'output', nodeId: '9', mediaType: 'images' },
    workflow_id: 'w1',
  });
});

test('a failed job tells its error, a waiting one only what is known', async () => {
  expect((await list('?status=failed')).jobs[0]).toMatchObject({ execution_error: { exception_message: 'broken' } });
  expect((await list('?status=pending')).jobs[0]).toEqual({
    id: 'waiting',
    status: 'pending',
    priority: 5,
    create_time: 5,
    outputs_count: 0,
    previewable_outputs_count: 0,
  });
});

test.each([
  ['?status=failed,cancelled', ['stopped', 'failed']],
  ['?status=', ['waiting', 'running', 'stopped', 'failed', 'done']],
  ['?workflow_id=w1', ['done']],
  ['?workflow_id=none', []],
  ['?sort_order=asc&limit=2', ['done', 'failed']],
  ['?limit=2&offset=3', ['failed', 'done']],
  ['?limit=2&offset=-3', ['waiting', 'running']],
  ['?sort_by=execution_duration&limit=1', ['stopped']],
])('%s lists %j', async (query, ids) => {
  expect(idsOf(await list(query))).toEqual(ids);
});

test('pages tell whether there is more', async () => {
  expect((await list('?limit=2&offset=1')).pagination).toEqual({ offset: 1, limit: 2, total: 5, has_more: true });
  expect((await list('?limit=2&offset=3')).pagination).toEqual({ offset: 3, limit: 2, total: 5, has_more: false });
});

test.each([
  [
    'status=done,x',
    'Invalid status value(s): done, x. Valid values: pending, in_progress, completed, failed, cancelled',
  ],
  ['sort_by=name', "sort_by must be 'created_at' or 'execution_duration'"],
  ['sort_order=up', "sort_order must be 'asc' or 'desc'"],
  ['limit=0', 'limit must be a positive integer'],
  ['limit=x', 'limit must be an integer'],
  ['offset=x', 'offset must be an integer'],
])('%s is refused', async (query, error) => {
  const answer = await server.send(`/api/jobs?${query}`);
  expect([answer.status, answer.json()]).toEqual([400, { error }]);
});

test('a list that is longer than one piece is streamed whole, and closes when the client leaves', async () => {
  for (let i = 0; i < 2000; i++) await submit(`many-${i}`, 1000 + i, '{"extra_pnginfo":{"workflow":{"id":"many"}}}');
  const found = await list('?workflow_id=many');
  expect(idsOf(found)).toEqual(Array.from({ length: 2000 }, (_, i) => `many-${1999 - i}`));
  expect(found.pagination).toEqual({ offset: 0, limit: null, total: 2000, has_more: false });
  const leaving = await fetch(`http://127.0.0.1:${server.port}/queue`);
  await leaving.body?.cancel();
  expect((await server.send('/api/jobs?limit=1')).status).toBe(200);
});

describe('one job', () => {
  test('comes with its prompt as sent, and when finished with outputs and events', async () => {
    const { text } = await server.send('/api/jobs/done');
    expect(text).toContain('"seed":18446744073709551615');
    expect(JSON.parse(text)).toMatchObject({
      id: 'done',
      outputs: { 9: { animated: [false] } },
      execution_status: {
        status_str: 'success',
        completed: true,
        messages: [
          ['execution_start', {}],
          ['execution_cached', {}],
          ['execution_success', {}],
        ],
      },
      workflow: { extra_data: { extra_pnginfo: { workflow: { id: 'w1' } } } },
    });
    const waiting = (await server.send('/api/jobs/waiting')).json();
    expect(waiting).toHaveProperty('workflow.prompt');
    expect(waiting).not.toHaveProperty('outputs');
  });

  test('that is unknown is 404', async () => {
    const answer = await server.send('/api/jobs/unknown');
    expect([answer.status, answer.json()]).toEqual([404, { error: 'Job not found' }]);
    expect((await server.send('/jobs/done')).text).toBe('');
  });
});

describe('cancelling', () => {
  const cancel = async (path: string, body?: string): Promise<unknown> => {
    const { status, json } = await server.send(path, { method: 'POST', ...(body !== undefined && { body }) });
    return [status, json()];
  };

  test('takes a waiting job out of the queue and interrupts a running one', async () => {
    expect(await cancel('/api/jobs/waiting/cancel')).toEqual([200, { cancelled: true }]);
    expect(await server.jobs.pending()).toEqual([]);
    expect(await cancel('/api/jobs/running/cancel')).toEqual([200, { cancelled: true }]);
    expect(server.runner.interrupts).toEqual(['running']);
    expect(await cancel('/api/jobs/done/cancel')).toEqual([200, { cancelled: false }]);
    expect(await cancel('/api/jobs/unknown/cancel')).toEqual([200, { cancelled: false }]);
  });

  test('leaves the job alone that would start next', async () => {
    const counts: number[] = [];
    server.events.subscribe(event => event.kind === 'queue' && counts.push(event.remaining));
    await submit('next', 6);
    await cancel('/api/jobs/cancel', '{"job_ids":["running","waiting"]}');
    expect((await server.jobs.pending()).map(({ promptId }) => promptId)).toEqual(['next']);
    expect([server.runner.interrupts, counts]).toEqual([['running'], [2]]);
  });

  test('takes several ids', async () => {
    expect(await cancel('/api/jobs/cancel', '{"job_ids":["waiting","running","unknown"]}')).toEqual([
      200,
      { cancelled: true },
    ]);
    expect(server.runner.interrupts).toEqual(['running']);
  });

  test.each([
    ['nonsense', { error: 'Request body must be valid JSON' }],
    ['', { error: 'Request body must be valid JSON' }],
    ['{}', { error: 'job_ids must be a list' }],
    ['["waiting"]', { error: 'job_ids must be a list' }],
    ['{"job_ids":"waiting"}', { error: 'job_ids must be a list' }],
    ['{"job_ids":["waiting",5,""]}', { error: 'job_ids contains invalid id(s)', invalid_ids: ['5', ''] }],
  ])('refuses %s and cancels nothing', async (body, expected) => {
    expect(await cancel('/api/jobs/cancel', body)).toEqual([400, expected]);
    expect(await server.jobs.remaining()).toBe(2);
  });
});

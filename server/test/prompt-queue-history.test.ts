// Submission, queue and history over real HTTP against the real job store (spec http.md 2 and 4).
import type { JobResult } from '@snug/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(() => server.close());

const graph =
  '{"2":{"class_type":"SaveImage","inputs":{"images":["1",0],"steps":"20"}},"1":{"class_type":"EmptyImage","inputs":{"color":18446744073709551615,"cfg":8.0}}}';

const success: JobResult = {
  statusStr: 'success',
  messagesJson: '[["execution_start",{"prompt_id":"p","timestamp":1}]]',
  outputsJson: '{"2":{"images":[]}}',
  metaJson: '{"2":{"node_id":"2","display_node":"2","parent_node":null,"real_node_id":"2"}}',
  finishedAtMs: 1,
};

const submit = (body: string): ReturnType<TestServer['send']> => server.send('/prompt', { method: 'POST', body });

async function finishNext(result: JobResult = success): Promise<string> {
  const job = await server.jobs.claim('w');
  if (job === undefined) throw new Error('nothing waits');
  await server.jobs.finish(job.promptId, result);
  return job.promptId;
}

describe('an accepted prompt', () => {
  test('is answered with its id, its number and no errors', async () => {
    const answer = await submit(`{"prompt":${graph},"prompt_id":"my-id","client_id":"c"}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.text).toBe('{"prompt_id":"my-id","number":0,"node_errors":{}}');
  });

  test('waits in the queue as it will run, with every number and key as sent', async () => {
    await submit(`{"prompt":${graph},"prompt_id":"p","client_id":"c","number":3}`);
    const { text } = await server.send('/queue');
    const coerced = graph.replace('"20"', '20');
    expect(text).toMatch(/^\{"queue_running":\[\],"queue_pending":\[\[3\.0,"p",/);
    expect(text).toContain(`${coerced},{"client_id":"c","create_time":`);
    expect(text).toMatch(/,\["2"\]\]\]\}$/);
  });

  test('is announced before it is answered', async () => {
    const counts: number[] = [];
    server.events.subscribe(event => {
      if (event.kind === 'queue') counts.push(event.remaining);
    });
    await submit(`{"prompt":${graph}}`);
    expect(counts).toEqual([1]);
    await submit(`{"prompt":${graph}}`);
    expect(counts).toEqual([1, 2]);
  });

  test('gives its secrets to the executor and shows them nowhere', async () => {
    await submit(`{"prompt":${graph},"prompt_id":"p","extra_data":{"api_key_comfy_org":"secret"}}`);
    expect((await server.send('/queue')).text).not.toContain('secret');
    const job = await server.jobs.claim('w');
    expect(job?.sensitiveJson).toBe('{"api_key_comfy_org":"secret"}');
  });

  test('may carry errors of outputs that are left out', async () => {
    const answer = await submit(
      '{"prompt":{"1":{"class_type":"SaveImage","inputs":{}},"2":{"class_type":"Bad","inputs":{}}}}',
    );
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ node_errors: { 2: { class_type: 'Bad', dependent_outputs: ['2'] } } });
    expect((await server.jobs.pending())[0]?.outputsToExecute).toEqual(['1']);
  });
});

describe('a refused prompt', () => {
  test.each([
    ['{}', 'no_prompt'],
    ['[]', 'no_prompt'],
    ['{"prompt":{}}', 'prompt_no_outputs'],
    ['{"prompt":{"1":{"class_type":"Unknown","inputs":{}}}}', 'missing_node_type'],
    ['{"prompt":{"1":{"class_type":"Bad","inputs":{}}}}', 'prompt_outputs_failed_validation'],
    ['{"prompt":{},"prompt_id":""}', 'invalid_prompt_id'],
    [`{"prompt":${graph},"partial_execution_targets":["1"]}`, 'prompt_no_outputs'],
  ])('%s is answered with 400 and %s', async (body, type) => {
    const answer = await submit(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { type, extra_info: {} } });
    expect(answer.json()).toHaveProperty('node_errors');
    expect(await server.jobs.remaining()).toBe(0);
  });
});

test('numbers count every submission; front and chosen numbers order the queue', async () => {
  const bodies = ['', ',"front":true', ',"number":"7"', ',"number":-1000', '', ',"number":0.5'];
  const numbers: string[] = [];
  for (const extra of bodies) {
    const { text } = await submit(`{"prompt":${graph}${extra}}`);
    numbers.push(/"number":([^,]+)/.exec(text)?.[1] ?? '');
  }
  expect(numbers).toEqual(['0', '-1', '7.0', '-1000.0', '2', '0.5']);
  const { queue_pending } = (await server.send('/queue')).json() as { queue_pending: [number][] };
  expect(queue_pending.map(([number]) => number)).toEqual([-1000, -1, 0, 0.5, 2, 7]);
});

test('GET /prompt counts waiting and running prompts', async () => {
  await submit(`{"prompt":${graph}}`);
  await submit(`{"prompt":${graph}}`);
  await server.jobs.claim('w');
  expect((await server.send('/api/prompt')).json()).toEqual({ exec_info: { queue_remaining: 2 } });
  const { queue_running, queue_pending } = (await server.send('/queue')).json() as Record<string, unknown[]>;
  expect([queue_running?.length, queue_pending?.length]).toEqual([1, 1]);
});

describe('POST /queue', () => {
  test('deletes waiting prompts, with one status each, and leaves the running one alone', async () => {
    for (const id of ['a', 'b', 'c']) await submit(`{"prompt":${graph},"prompt_id":"${id}"}`);
    await server.jobs.claim('w');
    const counts: number[] = [];
    server.events.subscribe(event => event.kind === 'queue' && counts.push(event.remaining));
    const answer = await server.post('/queue', { delete: ['a', 'b', 'unknown', 'c'] });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    // Where nothing waits any more, the last count comes twice (spec websocket.md 3).
    expect(counts).toEqual([2, 1, 1]);
    expect((await server.jobs.running()).map(job => job.promptId)).toEqual(['a']);
  });

  test('tells only the last counts of a long removal', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => `p${i}`);
    for (const id of ids) await submit(`{"prompt":${graph},"prompt_id":"${id}"}`);
    const counts: number[] = [];
    server.events.subscribe(event => event.kind === 'queue' && counts.push(event.remaining));
    await server.post('/queue', { delete: ids.slice(1) });
    expect(counts).toEqual(Array.from({ length: 64 }, (_, i) => 64 - i));
  });

  test('clears waiting prompts', async () => {
    for (const id of ['a', 'b']) await submit(`{"prompt":${graph},"prompt_id":"${id}"}`);
    await server.post('/queue', { clear: true, delete: ['a'] });
    expect(await server.jobs.remaining()).toBe(0);
  });

  test.each(['', '{bad', '5', '[]'])('fails like the reference for the body %j', async body => {
    const answer = await server.send('/queue', { method: 'POST', body });
    expect(answer.status).toBe(500);
    expect(answer.text).toBe('500 Internal Server Error\n\nServer got itself in trouble');
    expect(answer.headers.connection).toBe('close');
  });
});

describe('history', () => {
  beforeEach(async () => {
    for (const id of ['b', '10', 'a', '9']) await submit(`{"prompt":${graph},"prompt_id":"${id}"}`);
    for (let i = 0; i < 3; i++) await finishNext();
  });

  test('lists entries in the order of completion, also when ids look like numbers', async () => {
    const { text } = await server.send('/history');
    const ids = [...text.matchAll(/"([^"]+)":\{"prompt":/g)].map(match => match[1]);
    expect(ids).toEqual(['b', '10', 'a']);
  });

  test.each([
    ['max_items=2', ['10', 'a']],
    ['max_items=2&offset=0', ['b', '10']],
    ['max_items=1&offset=1', ['10']],
    ['offset=1', ['10', 'a']],
    ['offset=-5', ['b', '10', 'a']],
    ['max_items=2&offset=-1', ['10', 'a']],
    ['max_items=0', []],
    ['max_items=-3', []],
    ['offset=99', []],
  ])('%s answers %j', async (query, expected) => {
    const { text } = await server.send(`/api/history?${query}`);
    expect([...text.matchAll(/"([^"]+)":\{"prompt":/g)].map(match => match[1])).toEqual(expected);
  });

  test('an entry has prompt, outputs, status and meta, in this order', async () => {
    const { text } = await server.send('/history/a');
    expect(text).toMatch(/^\{"a":\{"prompt":\[2,"a",/);
    expect(text).toContain(
      '"outputs":{"2":{"images":[]}},"status":{"status_str":"success","completed":true,"messages":[["execution_start"',
    );
    expect(text).toContain('18446744073709551615,"cfg":8.0');
    expect(Object.keys((JSON.parse(text) as { a: object }).a)).toEqual(['prompt', 'outputs', 'status', 'meta']);
  });

  test('a failed run is not completed', async () => {
    await finishNext({ ...success, statusStr: 'error' });
    expect((await server.send('/history/9')).json()).toMatchObject({
      9: { status: { status_str: 'error', completed: false } },
    });
  });

  test.each(['9', 'unknown', 'a%2Fb'])('%s is not there (yet)', async id => {
    const answer = await server.send(`/history/${id}`);
    expect([answer.status, answer.text]).toEqual([200, '{}']);
  });

  test('entries are deleted and cleared', async () => {
    await server.post('/history', { delete: ['b', 'unknown'] });
    expect(Object.keys((await server.send('/history')).json() as object)).toHaveLength(2);
    await server.post('/history', { clear: true });
    expect((await server.send('/history')).text).toBe('{}');
  });

  test('a range that is no number fails like the reference', async () => {
    expect((await server.send('/history?max_items=x')).status).toBe(500);
  });
});

test('numbering goes on behind prompts that waited through a restart', async () => {
  for (let i = 0; i < 3; i++) await submit(`{"prompt":${graph}}`);
  await submit(`{"prompt":${graph},"number":500}`);
  const restarted = await startTestServer({ jobs: server.jobs });
  const { text } = await restarted.send('/prompt', { method: 'POST', body: `{"prompt":${graph}}` });
  expect(text).toContain('"number":3,');
  await restarted.close();
});

test('ten thousand waiting prompts are listed as one document', async () => {
  const extraDataJson = '{}';
  for (let i = 0; i < 10_000; i++) {
    await server.jobs.submit({
      promptId: `p${i}`,
      number: i,
      numberIsFloat: false,
      clientId: null,
      promptJson: graph,
      extraDataJson,
      sensitiveJson: null,
      outputsToExecute: ['2'],
      createdAtMs: 0,
    });
  }
  const answer = await server.send('/queue');
  expect(answer.headers['transfer-encoding']).toBe('chunked');
  const { queue_pending } = answer.json() as { queue_pending: [number, string][] };
  expect(queue_pending).toHaveLength(10_000);
  expect(queue_pending.at(-1)?.[1]).toBe('p9999');
});

describe('interrupt and free', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['not json', undefined],
    ['{}', undefined],
    ['5', undefined],
    ['{"prompt_id":"p"}', 'p'],
    ['{"prompt_id":null}', undefined],
  ])('POST /interrupt with the body %j interrupts %j', async (body, expected) => {
    const answer = await server.send('/interrupt', { method: 'POST', ...(body !== undefined && { body }) });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(server.runner.interrupts).toEqual([expected]);
  });

  test.each([
    ['{}', { unloadModels: false, freeMemory: false }],
    ['{"unload_models":true}', { unloadModels: true, freeMemory: false }],
    ['{"free_memory":true}', { unloadModels: true, freeMemory: true }],
  ])('POST /free %s asks for %j', async (body, expected) => {
    expect((await server.send('/api/free', { method: 'POST', body })).status).toBe(200);
    expect(server.runner.frees).toEqual([expected]);
  });
});

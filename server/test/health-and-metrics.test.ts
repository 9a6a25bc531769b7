// `/health/*` and `/metrics` of a running server.
import { afterEach, expect, test } from 'vitest';
import { SocketClient } from './socket-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
afterEach(() => server?.close());

async function start(): Promise<TestServer> {
  server = await startTestServer();
  return server;
}

/** Value of a line such as `name{labels} 3`. */
function metricOf(page: string, line: string): number | undefined {
  const found = page.split('\n').find(text => text.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

test('a server that works is alive and ready, and nobody may remember it', async () => {
  const { send } = await start();
  for (const [path, status] of [
    ['/health/live', 'alive'],
    ['/api/health/ready', 'ready'],
  ] as const) {
    const answer = await send(path);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(answer.json()).toMatchObject({ status });
  }
});

test('a server whose worker cannot be started is alive but not ready, and says why', async () => {
  const { send, runner } = await start();
  runner.runnerHealth = { state: 'failing', reason: 'exit code 1', restarts: 3 };
  expect((await send('/health/live')).status).toBe(200);
  const answer = await send('/health/ready');
  expect(answer.status).toBe(503);
  expect(answer.json()).toMatchObject({ checks: { worker: { ok: false, state: 'failing', reason: 'exit code 1' } } });
});

test('metrics count requests by the pattern of their route', async () => {
  const { send } = await start();
  await send('/history/secret-name');
  await send('/history/other-name');
  await send('/secret-file');
  const answer = await send('/metrics');
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(metricOf(answer.text, 'snug_http_requests_total{method="GET",route="/history/:prompt_id",status="200"}')).toBe(
    2,
  );
  expect(metricOf(answer.text, 'snug_http_requests_total{method="GET",route="other",status="404"}')).toBe(1);
  const durations = 'snug_http_request_duration_seconds';
  expect(metricOf(answer.text, `${durations}_count{method="GET",route="/history/:prompt_id"}`)).toBe(2);
  expect(metricOf(answer.text, `${durations}_bucket{method="GET",route="/history/:prompt_id",le="+Inf"}`)).toBe(2);
  expect(answer.text).not.toContain('secret');
});

test('metrics count prompts from submission to end, and hold nothing of them', async () => {
  const { send, post, events, jobs } = await start();
  for (const text of ['confidential', 'discreet']) {
    await post('/prompt', { prompt: { 1: { class_type: 'SaveImage', inputs: { text } } }, client_id: 'somebody' });
  }
  await post('/prompt', { prompt: { 1: { class_type: 'Unknown', inputs: {} } } });
  const job = await jobs.claim('worker');
  const run = { kind: 'run', promptId: job?.promptId ?? '', clientId: 'somebody' } as const;
  const data = { prompt_id: run.promptId };
  events.publish({ ...run, event: { type: 'execution_start', data: { ...data, timestamp: 1_000 } } });
  events.publish({ ...run, event: { type: 'execution_success', data: { ...data, timestamp: 4_000 } } });
  const { text } = await send('/metrics');
  expect(metricOf(text, 'snug_prompts_accepted_total')).toBe(2);
  expect(metricOf(text, 'snug_prompts_finished_total{result="success"}')).toBe(1);
  expect(metricOf(text, 'snug_prompt_duration_seconds_sum{result="success"}')).toBe(3);
  expect(metricOf(text, 'snug_prompt_duration_seconds_bucket{result="success",le="2"}')).toBe(0);
  expect(metricOf(text, 'snug_prompt_duration_seconds_bucket{result="success",le="5"}')).toBe(1);
  expect(metricOf(text, 'snug_queue_prompts{state="pending"}')).toBe(1);
  expect(metricOf(text, 'snug_queue_prompts{state="running"}')).toBe(1);
  for (const secret of ['confidential', 'discreet', 'somebody', 'SaveImage', run.promptId]) {
    expect(text).not.toContain(secret);
  }
});

test('metrics count open sockets and what they were sent', async () => {
  const { send, port, events } = await start();
  const [first, second] = [new SocketClient(port), new SocketClient(port)];
  await Promise.all([first.first(1), second.first(1)]);
  events.publish({ kind: 'queue', remaining: 1 });
  await Promise.all([first.first(2), second.first(2)]);
  const { text } = await send('/metrics');
  expect(metricOf(text, 'snug_sockets_open')).toBe(2);
  expect(metricOf(text, 'snug_socket_messages_delivered_total')).toBe(4);
  await first.close();
  await second.close();
});

test('metrics tell memory, worker and build, and leave out a worker that is away', async () => {
  const { send, runner } = await start();
  const { text } = await send('/metrics');
  expect(metricOf(text, 'snug_memory_bytes{process="server",kind="resident"}')).toBeGreaterThan(1e6);
  expect(metricOf(text, 'snug_memory_bytes{process="worker",kind="private"}')).toBe(1024);
  expect(metricOf(text, 'snug_worker_ready')).toBe(1);
  expect(text).toMatch(/^snug_build_info\{version="0\.0\.0",comfyui="0\.33\.1",node="[\d.]+"\} 1$/m);
  expect(metricOf(text, 'snug_event_loop_delay_seconds{statistic="max"}')).toBeGreaterThanOrEqual(0);
  runner.runnerHealth = { state: 'starting', reason: 'it is starting', restarts: 2 };
  const later = (await send('/metrics')).text;
  expect(later).not.toContain('process="worker"');
  expect([metricOf(later, 'snug_worker_ready'), metricOf(later, 'snug_worker_restarts_total')]).toEqual([0, 2]);
});

test('every metric has a help text and a type, and no line stands twice', async () => {
  const { send } = await start();
  await send('/prompt');
  const lines = (await send('/metrics')).text.split('\n').filter(line => line !== '');
  const samples = lines.filter(line => !line.startsWith('#'));
  const names = lines.filter(line => line.startsWith('# TYPE ')).map(line => line.split(' ')[2] ?? '');
  for (const sample of samples)
    expect(
      names.some(name => sample.startsWith(name)),
      sample,
    ).toBe(true);
  for (const name of names)
    expect(
      lines.some(line => line.startsWith(`# HELP ${name} `)),
      name,
    ).toBe(true);
  const series = samples.map(sample => sample.slice(0, sample.lastIndexOf(' ')));
  expect(new Set(series).size).toBe(series.length);
});

// A client that sends its prompt again because the answer was lost (spec clients.md section 4).
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(() => server.close());

const id = '00000000-0000-4000-8000-000000000001';
const again = { 'idempotency-key': id };

function submit(headers: Record<string, string>, more: object = {}) {
  const body = JSON.stringify({ prompt: { '1': { class_type: 'SaveImage', inputs: {} } }, prompt_id: id, ...more });
  return server.send('/prompt', { method: 'POST', headers, body });
}

test('with an idempotency key, what is known is answered again and not queued again', async () => {
  const first = await submit(again, { number: 5 });
  const second = await submit(again, { number: 9 });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.text).toBe(first.text);
  expect([first, second].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
  expect(await server.jobs.remaining()).toBe(1);
});

test('tries that overlap run once', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => submit(again)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
  expect(await server.jobs.remaining()).toBe(1);
});

test('a prompt that ended is known, too', async () => {
  await submit(again);
  await server.jobs.claim('w');
  const outcome = { statusStr: 'success', messagesJson: '[]', outputsJson: '{}', metaJson: '{}', finishedAtMs: 1 };
  await server.jobs.finish(id, outcome as Parameters<typeof server.jobs.finish>[1]);
  expect((await submit(again)).headers['idempotency-replayed']).toBe('true');
  expect(await server.jobs.remaining()).toBe(0);
});

test('a refusal is no reason not to try again', async () => {
  expect((await submit(again, { prompt: {} })).status).toBe(400);
  expect((await submit(again)).status).toBe(200);
  expect(await server.jobs.remaining()).toBe(1);
});

test('without the key every submission counts', async () => {
  await submit({});
  await submit({});
  expect(await server.jobs.remaining()).toBe(2);
});

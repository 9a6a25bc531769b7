// Requests that need a worker process while there is none: not the client's fault, and worth another try.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

class NoWorker extends Error {
  readonly isTemporary = true;
}

beforeEach(async () => {
  server = await startTestServer();
  const refuse = async () => {
    throw new NoWorker('The server is shutting down.');
  };
  const unavailable = {
    type: 'worker_unavailable',
    message: 'The prompt cannot be checked now',
    details: 'The server is shutting down.',
    extra_info: {},
  };
  const validate = async () => ({ ok: false, error: unavailable, nodeErrors: {} });
  Object.assign(server.runner, { objectInfo: refuse, objectInfoOf: refuse, validate });
});

afterEach(() => server.close());

const convertible = { nodes: [{ id: 1, type: 'SaveImage', mode: 0 }], links: [] };

test.each(['/object_info', '/object_info/KSampler', '/api/object_info'])('%s asks to come back', async path => {
  const answer = await server.send(path);
  expect([answer.status, answer.text]).toEqual([503, '503 Service Unavailable\n\nThe server is shutting down.']);
  expect(answer.headers).toMatchObject({ 'retry-after': '5', 'content-type': 'text/plain; charset=utf-8' });
});

test('a workflow that cannot be converted for want of a catalogue may be sent again', async () => {
  const answer = await server.send('/workflow/convert', { method: 'POST', body: JSON.stringify(convertible) });
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
});

test('a prompt that nobody can check is refused for now, in the shape of a refusal, and is not queued', async () => {
  const body = JSON.stringify({ prompt: { '1': { class_type: 'SaveImage', inputs: {} } } });
  const answer = await server.send('/prompt', { method: 'POST', body });
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  expect(answer.json()).toMatchObject({ error: { type: 'worker_unavailable' }, node_errors: {} });
  expect(await server.jobs.remaining()).toBe(0);
});

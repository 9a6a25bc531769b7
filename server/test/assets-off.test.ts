// Without --enable-assets every asset route says so (spec http.md section 12).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

test.each([
  ['GET', '/api/assets'],
  ['POST', '/api/assets'],
  ['GET', '/api/assets/x'],
  ['GET', '/api/assets/x/content'],
  ['GET', `/api/assets/hash/blake3:${'0'.repeat(64)}`],
  ['POST', '/api/assets/from-hash'],
  ['PUT', '/api/assets/x'],
  ['DELETE', '/api/assets/x'],
  ['POST', '/api/assets/x/tags'],
  ['DELETE', '/api/assets/x/tags'],
  ['GET', '/api/tags'],
  ['GET', '/api/assets/tags/refine'],
  ['POST', '/api/assets/seed'],
  ['GET', '/api/assets/seed/status'],
  ['POST', '/api/assets/seed/cancel'],
  ['POST', '/api/assets/prune'],
])('%s %s says that the service is off', async (method, path) => {
  const answer = await server.send(path, { method, ...(method !== 'GET' && { body: '{}' }) });
  expect(answer.status).toBe(503);
  expect(answer.json()).toEqual({
    error: {
      code: 'SERVICE_DISABLED',
      message: 'Assets are off; start the server with --enable-assets.',
      details: {},
    },
  });
});

test('no feature flag promises them, and no file is found by its content', async () => {
  expect((await server.send('/features')).json()).not.toHaveProperty('assets');
  expect((await server.send(`/view?filename=blake3:${'0'.repeat(64)}`)).status).toBe(404);
});

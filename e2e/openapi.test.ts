// The installed product against its own description: real catalogue, real devices, real worker.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { schemaProblems } from '../server/test/schema-check.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;
let document: Record<string, unknown>;

const getJson = async (path: string): Promise<unknown> => (await fetch(`${server.url}${path}`)).json();

beforeAll(async () => {
  server = await startServerProcess();
  document = (await getJson('/openapi.json')) as Record<string, unknown>;
});

afterAll(() => server[Symbol.asyncDispose]());

/** Schema of the answer to a GET. */
function schemaOf(path: string): Record<string, unknown> {
  const paths = document['paths'] as Record<string, { get: { responses: Record<string, { content: object }> } }>;
  const content = paths[path]?.get.responses['200']?.content as Record<string, { schema: Record<string, unknown> }>;
  return content['application/json']?.schema ?? {};
}

it.each(['/object_info', '/system_stats', '/features', '/models', '/embeddings', '/settings', '/health/ready'])(
  '%s answers in the shape that is described',
  async path => {
    expect(schemaProblems(await getJson(path), schemaOf(path), document)).toEqual([]);
  },
);

it('the document names the version of the product', () => {
  expect(document['info']).toMatchObject({ title: 'Snug', version: expect.stringMatching(/^[1-9]\d*\.|^0\.[1-9]/) });
});

it('metrics tell of the worker process and its memory once it is ready', async () => {
  await getJson('/object_info');
  const page = await (await fetch(`${server.url}/metrics`)).text();
  expect(page).toMatch(/^snug_worker_ready 1$/m);
  expect(page).toMatch(/^snug_memory_bytes\{process="worker",kind="resident"\} \d{7,}$/m);
});

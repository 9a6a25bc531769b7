// The OpenAPI document against the real server: it is valid, it names every route and no other, and real answers have the
// shapes that it promises.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { FinishedJob, NewJob } from '@snug/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formOf, type Sending } from './http-client.ts';
import { schemaProblems } from './schema-check.ts';
import { startTestServer, type TestServer } from './test-server.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: object }>> }>>;
}

type Document = Record<string, unknown> & { readonly paths: Record<string, Record<string, Operation>> };

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

let server: TestServer;
let document: Document;

beforeAll(async () => {
  server = await startTestServer();
  document = (await server.send('/openapi.json')).json() as Document;
});

afterAll(() => server.close());

function operations(): {
  readonly path: string;
  readonly method: (typeof methods)[number];
  readonly operation: Operation;
}[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap(method => (item[method] === undefined ? [] : [{ path, method, operation: item[method] }])),
  );
}

/**
 * `METHOD /path` of every route that Fastify serves, without HEAD. Its tree leaves out what stands before a wildcard, so
 * those routes are only counted.
 */
function servedRoutes(): { readonly routes: readonly string[]; readonly wildcards: number } {
  const routes: string[] = [];
  let wildcards = 0;
  const ancestors: string[] = [];
  for (const line of server.server.app.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line);
    if (match === null) continue;
    const [, indent = '', segment = '', methods = ''] = match;
    ancestors.length = indent.length / 4;
    ancestors.push(segment);
    const served = methods.split(', ').filter(method => method !== '' && method !== 'HEAD');
    if (segment === '*') wildcards += served.length;
    else routes.push(...served.map(method => `${method} ${ancestors.join('')}`));
  }
  return { routes, wildcards };
}

/** Both forms of every documented operation, or the only one. */
function documentedRoutes(): { readonly method: 'GET'; readonly url: string }[] {
  return operations().flatMap(({ path, method }) => {
    const url = path.replace(/\{path\}$/, '*').replace(/\{([^}]+)\}/g, ':$1');
    const forms = document.paths[path]?.['servers'] === undefined ? [url, `/api${url}`] : [url];
    return forms.map(form => ({ method: method.toUpperCase() as 'GET', url: form }));
  });
}

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect([result.valid, validator.version]).toEqual([true, '3.1']);
});

test('every route is in the document, and nothing else is', () => {
  const documented = documentedRoutes();
  const names = new Set(documented.map(({ method, url }) => `${method} ${url}`));
  const { routes, wildcards } = servedRoutes();
  expect(routes.length).toBeGreaterThan(40);
  expect(routes.filter(route => !names.has(route))).toEqual([]);
  expect(documented.filter(({ url }) => url.endsWith('*')).length).toBe(wildcards);
  expect(documented.filter(route => !server.server.app.hasRoute(route))).toEqual([]);
});

test('operations have ids of their own and describe every parameter', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const silent = operations().flatMap(({ path, operation }) =>
    (operation.parameters ?? []).filter(({ description }) => !description).map(({ name }) => `${path}: ${name}`),
  );
  expect(silent).toEqual([]);
});

test('every reference inside the document leads somewhere', async () => {
  const validator = new Validator();
  await validator.validate(structuredClone(document));
  expect(() => validator.resolveRefs()).not.toThrow();
});

test('the document is not sent twice', async () => {
  const { headers } = await server.send('/api/openapi.json');
  const again = await server.send('/openapi.json', { headers: { 'if-none-match': headers.etag ?? '' } });
  expect([again.status, again.text]).toEqual([304, '']);
});

const job = (promptId: string): NewJob => ({
  promptId,
  number: 1.5,
  numberIsFloat: true,
  clientId: 'me',
  promptJson: '{"1":{"class_type":"SaveImage","inputs":{"seed":18446744073709551615}}}',
  extraDataJson: '{"extra_pnginfo":{"workflow":{"id":"w"}}}',
  sensitiveJson: null,
  outputsToExecute: ['1'],
  createdAtMs: 1000,
});

const result: FinishedJob['result'] = {
  statusStr: 'success',
  messagesJson: '[["execution_start",{"prompt_id":"done","timestamp":1}],["execution_success",{"timestamp":5}]]',
  outputsJson: '{"1":{"images":[{"filename":"a.png","subfolder":"","type":"output"}]}}',
  metaJson: '{"1":{"node_id":"1","display_node":"1","parent_node":null,"real_node_id":"1"}}',
  finishedAtMs: 2000,
};

describe('a real answer has the shape that the document promises', () => {
  beforeAll(async () => {
    for (const id of ['done', 'running', 'waiting']) await server.jobs.submit(job(id));
    await server.jobs.claim('w');
    await server.jobs.finish('done', result);
    await server.jobs.claim('w');
    await mkdir(join(server.folder, 'output'), { recursive: true });
    await writeFile(join(server.folder, 'output', 'a.txt'), 'text');
  });

  const post = (body: unknown): Sending => ({ method: 'POST', body: JSON.stringify(body) });
  const image = { name: 'image', filename: 'a.png', value: 'x' };

  test.each<[string, string, number, Sending?]>([
    ['/prompt', '/prompt', 200],
    [
      '/prompt',
      '/prompt',
      200,
      post({ prompt: { 1: { class_type: 'SaveImage', inputs: {} }, 2: { class_type: 'Bad' } } }),
    ],
    ['/prompt', '/prompt', 400, post({ prompt: { 1: { class_type: 'Unknown', inputs: {} } } })],
    ['/prompt', '/prompt', 400, post({})],
    ['/prompt', '/prompt', 500, { method: 'POST', body: '{' }],
    ['/queue', '/queue', 200],
    ['/history', '/history', 200],
    ['/history/{prompt_id}', '/history/done', 200],
    ['/history/{prompt_id}', '/history/none', 200],
    ['/api/jobs', '/api/jobs', 200],
    ['/api/jobs', '/api/jobs?limit=1&status=completed', 200],
    ['/api/jobs', '/api/jobs?limit=x', 400],
    ['/api/jobs/{id}', '/api/jobs/done', 200],
    ['/api/jobs/{id}', '/api/jobs/waiting', 200],
    ['/api/jobs/{id}', '/api/jobs/none', 404],
    ['/api/jobs/{id}/cancel', '/api/jobs/none/cancel', 200, { method: 'POST' }],
    ['/api/jobs/cancel', '/api/jobs/cancel', 200, post({ job_ids: [] })],
    ['/api/jobs/cancel', '/api/jobs/cancel', 400, post({ job_ids: 1 })],
    ['/system_stats', '/system_stats', 200],
    ['/features', '/features', 200],
    ['/extensions', '/extensions', 200],
    ['/models', '/models', 200],
    ['/models/{folder}', '/models/checkpoints', 200],
    ['/models/{folder}', '/models/none', 404],
    ['/embeddings', '/embeddings', 200],
    ['/view', '/view?filename=a.txt', 200],
    ['/view', '/view?filename=none', 404],
    ['/upload/image', '/upload/image', 200, { method: 'POST', ...formOf([image]) }],
    ['/upload/image', '/upload/image', 400, { method: 'POST' }],
    ['/ws', '/ws', 400],
    ['/', '/', 200],
    ['/openapi.json', '/openapi.json', 200],
    ['/health/live', '/health/live', 200],
    ['/health/ready', '/health/ready', 200],
    ['/metrics', '/metrics', 200],
  ])('%s: %s is %i', async (path, url, status, sending = {}) => {
    const answer = await server.send(url, sending);
    expect(answer.status).toBe(status);
    const operation = document.paths[path]?.[(sending.method ?? 'GET').toLowerCase()];
    const described = operation?.responses[status];
    expect(described, 'the status is described').toBeDefined();
    const content = followed(described)?.content ?? {};
    const type = (answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    if (answer.text !== '') expect([type, '*/*']).toContain(Object.keys(content)[0]);
    const schema = content['application/json']?.schema;
    if (type === 'application/json' && answer.text !== '') {
      expect(schemaProblems(answer.json(), schema as Record<string, unknown>, document)).toEqual([]);
    }
  });
});

/** A shared answer by its reference. */
function followed(answer: Operation['responses'][string] | undefined): Operation['responses'][string] | undefined {
  const reference = (answer as { $ref?: string } | undefined)?.$ref;
  if (reference === undefined) return answer;
  const responses = (document['components'] as { responses: Operation['responses'] }).responses;
  return responses[reference.split('/').at(-1) ?? ''];
}

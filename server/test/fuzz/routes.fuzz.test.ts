// Every route of the OpenAPI document, and paths that are none, with hostile parameters, queries and bodies: no failure that
// nobody decided on, an answer to everything, no file outside of the server's folders.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuzzRuns, hardBody, jsonTextWith, nastyText, queryText, urlPart } from '../../../testkit/src/hostile-input.ts';
import { type FuzzServer, startFuzzServer } from './fuzz-server.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly queryNames: readonly string[];
  readonly bodyMembers: readonly string[];
}

type Item = {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content?: Record<string, { readonly schema?: { readonly properties?: object } }> };
};

let server: FuzzServer;
let operations: readonly Operation[];

beforeAll(async () => {
  server = await startFuzzServer();
  const { paths } = (await server.send('/openapi.json')).json() as { paths: Record<string, Record<string, Item>> };
  operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'servers')
      .map(([method, { parameters = [], requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        queryNames: parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name),
        bodyMembers: Object.values(requestBody?.content ?? {}).flatMap(({ schema }) =>
          Object.keys(schema?.properties ?? {}),
        ),
      })),
  );
  expect(operations.length).toBeGreaterThan(20);
});

afterAll(() => server.close());

/** Statuses that a hostile request may get; 500 only where the specification demands it, which `takeFailures` tells. */
function expectDecided(status: number): void {
  expect(server.takeFailures()).toEqual([]);
  expect(status).toBeGreaterThanOrEqual(200);
  expect(status).toBeLessThanOrEqual(503);
}

/** An operation with its path filled in and a query. */
const target = fc
  .tuple(
    fc.nat(),
    fc.array(urlPart, { minLength: 4, maxLength: 4 }),
    fc.array(urlPart, { minLength: 4, maxLength: 4 }),
    queryText,
  )
  .map(([index, parts, values, more]) => {
    const operation = operations[index % operations.length]!;
    let used = 0;
    const path = operation.path.replace(/\{[^}]+\}/g, () => parts[used++ % parts.length]!);
    const query = operation.queryNames.map((name, i) => `${name}=${values[i % values.length]}`);
    return { operation, url: `${path}?${[...query, more].join('&')}` };
  });

describe('whatever is asked, every answer was decided on', () => {
  test('with hostile paths and queries', async () => {
    await fc.assert(
      fc.asyncProperty(target, async ({ operation: { method }, url }) => {
        // A GET may be asked without a body only; others get an empty object.
        const { status } = await server.ask(url, method === 'GET' ? {} : { method, body: '{}' });
        expectDecided(status);
      }),
      fuzzRuns(250),
    );
  });

  test('with JSON of every kind', async () => {
    const members = [...new Set(operations.flatMap(({ bodyMembers }) => bodyMembers))];
    const bodies = fc.oneof({ weight: 3, arbitrary: jsonTextWith(members) }, hardBody);
    await fc.assert(
      fc.asyncProperty(target, bodies, async ({ operation: { method }, url }, body) => {
        const { status } = await server.ask(url, { method: method === 'GET' ? 'POST' : method, body });
        expectDecided(status);
      }),
      fuzzRuns(250),
    );
  });

  test('with prompts of every shape, and the lists show them all', async () => {
    const known = ['prompt', 'number', 'front', 'client_id', 'prompt_id', 'extra_data', 'partial_execution_targets'];
    const nodes = jsonTextWith(['SaveImage', 'inputs', 'class_type', '_meta']);
    const submission = fc
      .tuple(nodes, jsonTextWith(known), fc.constantFrom(...known.slice(1)), fc.boolean())
      .map(([prompt, value, name, isGood]) => {
        const graph = isGood ? `{"1":{"class_type":"SaveImage","inputs":${prompt}}}` : prompt;
        return `{"prompt":${graph},"${name}":${value}}`;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: submission }, hardBody), async body => {
        const { status, text } = await server.ask('/prompt', { method: 'POST', body });
        expectDecided(status);
        if (status === 200) expect(text).toContain('"prompt_id"');
      }),
      fuzzRuns(200),
    );
    for (const path of ['/queue', '/history', '/api/jobs', '/prompt']) expectDecided((await server.ask(path)).status);
    await server.ask('/queue', { method: 'POST', body: '{"clear":true}' });
  });

  test('with paths that no route has', async () => {
    const paths = fc.array(urlPart, { minLength: 1, maxLength: 5 }).map(parts => `/${parts.join('/')}`);
    const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND');
    await fc.assert(
      fc.asyncProperty(paths, methods, async (path, method) => {
        expectDecided((await server.ask(path, { method })).status);
      }),
      fuzzRuns(150),
    );
  });

  test('with hostile headers', async () => {
    const names = [
      'range',
      'if-range',
      'if-none-match',
      'if-modified-since',
      'origin',
      'content-type',
      'accept-encoding',
    ];
    const others = [
      'comfy-user',
      'comfy-usage-source',
      'sec-fetch-site',
      'sec-fetch-dest',
      'accept-language',
      'cookie',
    ];
    const hints = [
      'bytes=0-',
      'bytes=-0',
      'bytes=0-0,2-3,-1',
      '*',
      'W/"a", "b"',
      'http://[::1',
      'multipart/form-data',
      'gzip;q=x',
    ];
    const value = fc
      .oneof(fc.constantFrom(...hints), nastyText)
      // Node's client refuses what no header can hold; raw bytes are tried in `wire.fuzz.test.ts`.
      .map(text => Buffer.from(text.replace(/\p{Cc}/gu, ''), 'utf8').toString('latin1'));
    const headers = fc.dictionary(fc.constantFrom(...names, ...others), value, { minKeys: 1, maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(target, headers, async ({ operation: { method }, url }, sent) => {
        const body = method === 'GET' ? {} : { body: '{}' };
        expectDecided((await server.ask(url, { method, headers: { ...sent }, ...body })).status);
      }),
      fuzzRuns(150),
    );
  });

  test('and nothing was written outside of the folders', async () => {
    expect(server.strayFiles()).toEqual([]);
    expect((await server.ask('/prompt')).status).toBe(200);
  });
});

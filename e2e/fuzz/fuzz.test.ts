// Hostile input against the product as it is installed: the real validator in its worker process, the real picture codecs,
// the real folders. What one room's tests cannot see: a failure that crosses rooms, a worker that dies of a prompt.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fuzzRuns, jsonTextWith, MARK, nastyText, queryText, strayFilesIn } from '../../testkit/src/hostile-input.ts';
import { childrenOf, type ServerProcess, startServerProcess } from '../server-process.ts';

interface NodeInfo {
  readonly input: { readonly required?: object; readonly optional?: object };
}

let server: ServerProcess;
let catalogue: [classType: string, inputs: string[]][];
let workers: number[];
let baseFiles: string[];

beforeAll(async () => {
  server = await startServerProcess({ packs: ['test-nodes.mjs'] });
  const info = (await (await fetch(`${server.url}/object_info`)).json()) as Record<string, NodeInfo>;
  catalogue = Object.entries(info).map(([name, { input }]) => [
    name,
    Object.keys({ ...input.required, ...input.optional }),
  ]);
  workers = childrenOf(server.pid);
  baseFiles = readdirSync(server.base);
});

afterAll(() => server[Symbol.asyncDispose]());

afterEach(() => {
  // Every failure that no code of ours decided on is logged in these words.
  expect(
    server.log.split('\n').filter(line => /request failed|UnhandledPromise|worker process ended/i.test(line)),
  ).toEqual([]);
  expect(childrenOf(server.pid)).toEqual(workers);
  expect(strayFilesIn([tmpdir(), process.cwd(), '/', '/etc'])).toEqual([]);
  expect(readdirSync(server.base).filter(name => !baseFiles.includes(name))).toEqual([]);
});

async function post(path: string, body: string | FormData): Promise<Response> {
  return fetch(`${server.url}${path}`, { method: 'POST', body, signal: AbortSignal.timeout(20_000) });
}

/** What V8 says when our own code trips over a value; the reference's texts look otherwise. */
const ownMishap =
  /Cannot read propert|is not a function|is not iterable|Cannot convert|Maximum call stack|is not defined/;

describe('a prompt', () => {
  it('of known nodes with values of every kind is refused in good order', async () => {
    const value = fc.oneof(
      jsonTextWith(['__value__', '__type__']),
      fc.constantFrom('["2",0]', '["2",99]', '["1",0]', '["9",0]', '["2","0"]', '[2,0]', '["2",-1]', '["2",0.5]'),
    );
    const node = fc
      .tuple(fc.nat(), fc.array(value, { minLength: 12, maxLength: 12 }), fc.boolean())
      .map(([index, values, isNamedByTitle]) => {
        const [classType, inputs] = catalogue[index % catalogue.length]!;
        const members = inputs.map((name, i) => `${JSON.stringify(name)}:${values[i % values.length]}`).join(',');
        const title = isNamedByTitle ? `,"_meta":{"title":${values[0]}}` : '';
        return `{"class_type":${JSON.stringify(classType)},"inputs":{${members}}${title}}`;
      });
    await fc.assert(
      fc.asyncProperty(fc.array(node, { minLength: 1, maxLength: 4 }), async nodes => {
        // The only output that is asked for has no file name: all before it is checked, and nothing ever runs.
        const output = '"1":{"class_type":"SaveImage","inputs":{"images":["2",0]}}';
        const graph = nodes.map((text, i) => `"${i + 2}":${text}`).join(',');
        // Longer integers are refused with the whole body, as in the reference.
        fc.pre(!/\d{4301}/.test(graph));
        const response = await post('/prompt', `{"prompt":{${output},${graph}},"partial_execution_targets":["1"]}`);
        const text = await response.text();
        expect([response.status, response.headers.get('content-type')]).toEqual([
          400,
          'application/json; charset=utf-8',
        ]);
        expect(text).not.toMatch(ownMishap);
      }),
      fuzzRuns(80),
    );
  });

  it('of nodes that are none is refused in good order', async () => {
    const graph = jsonTextWith(['class_type', 'inputs', '_meta', 'SaveImage', 'EmptyImage', 'images']);
    await fc.assert(
      fc.asyncProperty(graph, async prompt => {
        const response = await post('/prompt', `{"prompt":${prompt}}`);
        expect([400, 500]).toContain(response.status);
        expect(await response.text()).not.toMatch(ownMishap);
      }),
      fuzzRuns(50),
    );
  });

  it('in the form of a workflow is refused in good order', async () => {
    const members = [
      'nodes',
      'links',
      'version',
      'definitions',
      'subgraphs',
      'type',
      'id',
      'inputs',
      'outputs',
      'widgets_values',
    ];
    const value = jsonTextWith(members);
    const workflow = fc
      .tuple(value, value, value)
      .map(
        ([nodes, links, more]) => `{"version":0.4,"nodes":[${nodes},${more}],"links":[${links}],"definitions":${more}}`,
      );
    await fc.assert(
      fc.asyncProperty(fc.oneof(workflow, value), async document => {
        for (const [path, body] of [
          ['/workflow/convert', document],
          ['/prompt', `{"prompt":${document}}`],
        ] as const) {
          const response = await post(path, body);
          expect(response.status).toBeGreaterThanOrEqual(200);
          expect(await response.text()).not.toMatch(ownMishap);
        }
      }),
      fuzzRuns(40),
    );
  });
});

describe('a picture', () => {
  /** Beginnings of real formats, followed by anything. */
  const heads = [
    '89504e470d0a1a0a0000000d49484452',
    'ffd8ffe000104a464946',
    '524946460000000057454250565038',
    '474946383961',
    '',
  ];
  const picture = fc
    .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }))
    .map(([head, rest]) => Buffer.concat([Buffer.from(head, 'hex'), rest]));

  it('that is none is stored, sent as it is, and never shown in another form', async () => {
    const mode = fc.constantFrom(
      'preview=webp',
      'preview=jpeg;90',
      'preview=x;999',
      'channel=rgb',
      'channel=a',
      'channel=rgba',
    );
    await fc.assert(
      fc.asyncProperty(picture, mode, async (bytes, form) => {
        const upload = new FormData();
        upload.set('image', new Blob([new Uint8Array(bytes)]), `${MARK}.png`);
        upload.set('overwrite', 'true');
        expect((await post('/upload/image', upload)).status).toBe(200);
        const plain = await fetch(`${server.url}/view?type=input&filename=${MARK}.png`);
        expect(Buffer.from(await plain.arrayBuffer())).toEqual(bytes);
        const other = await fetch(`${server.url}/view?type=input&filename=${MARK}.png&${form}`);
        expect([200, 500]).toContain(other.status);
        await other.arrayBuffer();
      }),
      fuzzRuns(30),
    );
  });
});

it('settings, user files and model paths stay inside their folders', async () => {
  const path = fc.constantFrom(
    '/userdata',
    '/v2/userdata',
    '/settings',
    '/view_metadata',
    '/models',
    '/experiment/models',
  );
  await fc.assert(
    fc.asyncProperty(path, nastyText, queryText, fc.boolean(), async (route, name, query, isWriting) => {
      const safe = encodeURIComponent(name.replace(/\p{Surrogate}/gu, ''));
      const url = `${route}/${MARK}${safe}?${query}`;
      const response = isWriting ? await post(url, '"x"') : await fetch(`${server.url}${url}`);
      expect(response.status).toBeLessThan(500);
      await response.arrayBuffer();
    }),
    fuzzRuns(80),
  );
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
});

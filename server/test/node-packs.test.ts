// What node packs bring for the web side (spec http.md 7.3, 7.4 and 7.6 to 7.9).
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodePackFolder } from '../src/index.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let base: string;
let server: TestServer;
let bare: TestServer;
const warnings: string[] = [];

async function put(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(base, name)), { recursive: true });
  await writeFile(join(base, name), text);
}

function pack(name: string, web: string | null = null): NodePackFolder {
  const folder = join(base, 'packs', name);
  return { name, folder, webDirectory: web === null ? null : join(folder, web) };
}

const blueprint = '{"name": "é", "nodes": []}';

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'snug-packs-'));
  await put('outside.js', 'secret');
  await put('outside.json', '{"secret": 1}');
  await put('front/index.html', '<p>');
  await put('front/extensions/core/z.js', 'core');
  await put('front/extensions/core/a b.js', 'core');
  await put('front/templates/index.json', '[]');
  await put('front/templates/index.de.json', '[]');
  await put('front/docs/K/en.md', '# K');
  await put('packs/my pack/js/main.js', 'export const x = 1;');
  await put('packs/my pack/js/deep/b#.js', 'b');
  await put('packs/my pack/js/style.css', 'p {}');
  await put('packs/my pack/js/docs/MyNode.md', '# My');
  await put('packs/my pack/js/icon.svg', '<svg/>');
  await put('packs/my pack/js/folder.js/keep.txt', '');
  await symlink(join(base, 'outside.js'), join(base, 'packs/my pack/js/escape.js'));
  await symlink(join(base, 'packs/my pack/js/main.js'), join(base, 'packs/my pack/js/alias.js'));
  await put('packs/my pack/example_workflows/one.json', '{"nodes": []}');
  await put('packs/my pack/example_workflows/one.jpg', 'jpg');
  await put('packs/my pack/workflows/two.json', '{}');
  await put('packs/my pack/workflows/one.json', '{"other": true}');
  await symlink(join(base, 'outside.json'), join(base, 'packs/my pack/workflows/escape.json'));
  await put('packs/my pack/locales/en/main.json', '{"title": "A", "g": {"a": 1}, "__proto__": {"polluted": true}}');
  await put('packs/my pack/locales/en/nodeDefs.json', '\uFEFF{"N": {"display_name": "Node"}}');
  await put('packs/my pack/locales/de/commands.json', '{"c": "Befehl"}');
  await put('packs/my pack/locales/fr/main.json', '{broken');
  await put('packs/other/locales/en/main.json', '{"title": "B", "g": {"b": 2}}');
  await put('packs/other/locales/en/settings.json', '{"s": 1.0}');
  await put('packs/other/subgraphs/My Graph.json', blueprint);
  await put('packs/other/subgraphs/notes.txt', 'no');
  await put('packs/other/node_replacements.json', await replacements());
  await put('packs/broken/node_replacements.json', '[1');
  await put('packs/folders/node_replacements.json/x', '');
  await put('packs/folders/locales/en/main.json/x', '');
  await put('packs/folders/subgraphs/a.json/x', '');
  await put('packs/folders/workflows', 'a file');
  const logger = {
    debug: () => {},
    info: () => {},
    warn: (_details: object, message: string) => void warnings.push(message),
    error: () => {},
  };
  server = await startTestServer({
    frontEndRoot: join(base, 'front'),
    nodePacks: [
      pack('my pack', 'js'),
      pack('other', 'missing'),
      pack('broken'),
      pack('folders', 'workflows'),
      pack('gone', 'web'),
      { name: 'single.mjs', folder: null, webDirectory: null },
    ],
    logger,
  });
  bare = await startTestServer();
});
afterAll(async () => {
  await Promise.all([server.close(), bare.close()]);
  await rm(base, { recursive: true });
});

async function replacements(): Promise<string> {
  return JSON.stringify({
    OldSampler: [
      { new_node_id: 'NotThere' },
      {
        new_node_id: 'KSampler',
        old_widget_ids: ['seed'],
        input_mapping: [
          { new_id: 'noise', old_id: 'seed' },
          { new_id: 'model', old_id: 'model' },
          { new_id: 'cfg', set_value: 7.5 },
          { new_id: 'gone', old_id: 'never_was' },
        ],
        output_mapping: [
          { new_idx: 1, old_idx: 0 },
          { new_idx: 0, old_idx: 1 },
        ],
      },
    ],
    KSampler: [{ new_node_id: 'Else' }],
    Odd: [{ new_node_id: 3 }, 'x', { new_node_id: 'KSampler', input_mapping: 'x' }],
    Empty: {},
  });
}

describe('GET /extensions', () => {
  test('lists the scripts of the front end and then those of each pack, as addresses', async () => {
    expect((await server.send('/api/extensions')).json()).toEqual([
      '/extensions/core/a%20b.js',
      '/extensions/core/z.js',
      '/extensions/my%20pack/alias.js',
      '/extensions/my%20pack/deep/b%23.js',
      '/extensions/my%20pack/main.js',
    ]);
  });

  test('lists only what can be fetched', async () => {
    for (const path of (await server.send('/extensions')).json() as string[]) {
      const answer = await server.send(path);
      expect([path, answer.status, answer.headers['content-type']]).toEqual([
        path,
        200,
        'application/javascript; charset=utf-8',
      ]);
    }
  });

  test('is empty without a front end and without packs', async () => {
    expect((await bare.send('/extensions')).json()).toEqual([]);
  });
});

describe('GET /extensions/<pack>/...', () => {
  test('sends files with validators, ranges and their content type', async () => {
    const path = '/extensions/my%20pack/main.js';
    const whole = await server.send(path);
    expect(whole.headers).toMatchObject({ 'accept-ranges': 'bytes', 'cache-control': 'no-cache' });
    expect(whole.headers['last-modified']).toBeDefined();
    const part = await server.send(path, { headers: { range: 'bytes=0-5' } });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'export', 'bytes 0-5/19']);
    const again = await server.send(path, { headers: { 'if-none-match': String(whole.headers.etag) } });
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await server.send(path, { method: 'HEAD' });
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '19']);
    expect((await server.send('/extensions/my%20pack/style.css')).headers['content-type']).toBe('text/css');
    expect((await server.send('/extensions/my%20pack/docs/MyNode.md')).text).toBe('# My');
  });

  test.each([
    ['/extensions/my%20pack/escape.js', 404],
    ['/extensions/my%20pack/missing.js', 404],
    ['/extensions/my%20pack/deep', 403],
    ['/extensions/my%20pack/', 403],
    ['/extensions/my%20pack/..%2F..%2Fother/locales/en/main.json', 404],
    ['/extensions/my%20pack/../../outside.js', 404],
    ['/extensions/my%20pack/%2e%2e/%2e%2e/%2e%2e/outside.js', 404],
    ['/extensions/my%20pack/..%5C..%5Coutside.js', 404],
    ['/extensions/my%20pack/a%00b.js', 404],
    ['/extensions/other/main.js', 404],
    ['/extensions/single.mjs/x.js', 404],
    ['/extensions/nobody/x.js', 404],
    ['/extensions/%zz/x.js', 404],
    ['/api/extensions/my%20pack/main.js', 404],
  ])('%s is %i', async (path, status) => {
    expect((await server.send(path)).status).toBe(status);
  });

  test('falls back to the front end, which keeps its own scripts', async () => {
    expect((await server.send('/extensions/core/z.js')).text).toBe('core');
    expect((await bare.send('/extensions/core/z.js')).status).toBe(404);
  });
});

describe('trees of the front end', () => {
  test('templates and docs are sent with types that it understands', async () => {
    const index = await server.send('/templates/index.json');
    expect([index.headers['content-type'], index.headers['cache-control']]).toEqual(['application/json', 'no-cache']);
    expect((await server.send('/templates/index.de.json')).headers['cache-control']).toBe('no-cache');
    expect((await server.send('/docs/K/en.md')).text).toBe('# K');
    expect((await bare.send('/templates/index.json')).status).toBe(404);
    expect((await bare.send('/docs/K/en.md')).status).toBe(404);
  });
});

describe('GET /workflow_templates', () => {
  test('lists templates of packs that have some, each name once', async () => {
    expect((await server.send('/workflow_templates')).json()).toEqual({ 'my pack': ['one', 'two'] });
    expect((await bare.send('/api/workflow_templates')).json()).toEqual({});
  });

  test('sends them and their thumbnails below /api alone, from the first folder that has them', async () => {
    const one = await server.send('/api/workflow_templates/my%20pack/one.json');
    expect([one.status, one.headers['content-type'], one.text]).toEqual([200, 'application/json', '{"nodes": []}']);
    expect((await server.send('/api/workflow_templates/my%20pack/two.json')).text).toBe('{}');
    const thumbnail = await server.send('/api/workflow_templates/my%20pack/one.jpg');
    expect([thumbnail.headers['content-type'], thumbnail.headers['cache-control']]).toEqual([
      'image/jpeg',
      'public, max-age=86400',
    ]);
    expect((await server.send('/workflow_templates/my%20pack/one.json')).status).toBe(404);
  });

  test.each(['my%20pack/escape.json', 'my%20pack/../js/main.js', 'my%20pack/%2e%2e%2fjs%2fmain.js', 'nobody/one.json'])(
    'does not send %s',
    async path => {
      expect((await server.send(`/api/workflow_templates/${path}`)).status).toBe(404);
    },
  );
});

describe('GET /i18n', () => {
  test('merges the texts of all packs, later packs last, and leaves out what is broken', async () => {
    const answer = await server.send('/i18n');
    expect(answer.text).toContain('"s":1.0');
    expect(answer.text).toContain('"__proto__":{"polluted":true}');
    expect(answer.json()).toMatchObject({
      de: { commands: { c: 'Befehl' } },
      en: { title: 'B', g: { a: 1, b: 2 }, nodeDefs: { N: { display_name: 'Node' } }, settings: { s: 1 } },
    });
    expect(answer.json()).not.toHaveProperty('fr');
    expect(warnings.some(message => message.startsWith('fr/main.json'))).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((await bare.send('/i18n')).json()).toEqual({});
  });
});

describe('GET /global_subgraphs', () => {
  test('lists blueprints by id and sends the text of one', async () => {
    const list = (await server.send('/global_subgraphs')).json() as Record<string, unknown>;
    const [[id = '', entry] = []] = Object.entries(list);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const expected = { source: 'custom_node', name: 'My Graph', info: { node_pack: 'custom_nodes.other' } };
    expect([Object.keys(list).length, entry]).toEqual([1, expected]);
    expect((await server.send(`/api/global_subgraphs/${id}`)).json()).toEqual({ ...expected, data: blueprint });
  });

  test.each(['nope', '..', '%2e%2e%2fx', '__proto__'])('knows no %s', async id => {
    const answer = await server.send(`/global_subgraphs/${id}`);
    expect([answer.status, answer.text]).toEqual([200, 'null']);
  });
});

describe('node replacements', () => {
  test('are listed in full, without those that cannot be used', async () => {
    const list = (await server.send('/node_replacements')).json() as Record<string, object[]>;
    expect(Object.keys(list)).toEqual(['OldSampler', 'KSampler']);
    expect(list['OldSampler']?.[0]).toEqual({
      new_node_id: 'NotThere',
      old_node_id: 'OldSampler',
      old_widget_ids: null,
      input_mapping: null,
      output_mapping: null,
    });
    expect(warnings.some(message => message.includes('"Odd"'))).toBe(true);
    expect(warnings.some(message => message.startsWith('node_replacements.json'))).toBe(true);
    expect((await bare.send('/api/node_replacements')).json()).toEqual({});
    expect((await server.send('/features')).json()).toMatchObject({ node_replacements: true });
  });

  test('are applied to submitted prompts: class, inputs and links of others', async () => {
    const prompt = {
      '10': { class_type: 'OldSampler', inputs: { seed: 5, model: ['2', 0], dropped: true }, _meta: { title: 't' } },
      '2': { class_type: 'KSampler', inputs: { a: ['10', 0], b: ['10', 1], c: ['10', 2], d: [10, 0], e: ['2', 0] } },
      '3': { class_type: 'Odd', inputs: {} },
    };
    await server.post('/prompt', { prompt });
    expect(JSON.parse(JSON.stringify(server.runner.validated.at(-1)))).toEqual({
      '10': { class_type: 'KSampler', inputs: { noise: 5, model: ['2', 0], cfg: 7.5 }, _meta: { title: 't' } },
      '2': { class_type: 'KSampler', inputs: { a: ['10', 1], b: ['10', 0], c: ['10', 2], d: [10, 0], e: ['2', 0] } },
      '3': { class_type: 'Odd', inputs: {} },
    });
  });

  test.each([{ '1': null }, { '1': 'OldSampler' }, { '1': { class_type: 'OldSampler' } }, { '1': { class_type: 7 } }])(
    'leave it to validation to refuse %j',
    async prompt => {
      const before = server.runner.validated.length;
      await server.post('/prompt', { prompt });
      expect(server.runner.validated.length).toBe(before + 1);
    },
  );
});

test('no path below the static trees is answered with 500 or with a file from outside', async () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '',
    'core',
    'my%20pack',
    'outside.js',
    '%2e%2e',
    '%2F',
    '%5C',
    '%00',
    'js',
    '%',
  );
  const paths = fc.array(piece, { maxLength: 7 }).map(pieces => pieces.join('/'));
  await fc.assert(
    fc.asyncProperty(paths, async path => {
      for (const prefix of [
        '/extensions/',
        '/extensions/my%20pack/',
        '/api/workflow_templates/',
        '/global_subgraphs/',
      ]) {
        const answer = await server.send(prefix + path);
        expect([200, 403, 404]).toContain(answer.status);
        expect(answer.text).not.toContain('secret');
      }
    }),
    { numRuns: 60 },
  );
});

// What holds for every route: prefixes, methods, bodies, limits, origins, headers (spec http.md 1).

import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formOf } from './http-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
afterEach(() => server?.close());

async function start(options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  server = await startTestServer(options);
  return server;
}

const TROUBLE = '500 Internal Server Error\n\nServer got itself in trouble';

describe('every handler route', () => {
  test('answers with and without /api, and GET routes answer HEAD with the same headers', async () => {
    const { send } = await start();
    for (const path of [
      '/prompt',
      '/queue',
      '/history',
      '/object_info',
      '/system_stats',
      '/features',
      '/models',
      '/embeddings',
      '/extensions',
    ]) {
      const plain = await send(path);
      const prefixed = await send(`/api${path}`);
      const head = await send(path, { method: 'HEAD' });
      expect([plain.status, prefixed.status, head.status]).toEqual([200, 200, 200]);
      expect(head.text).toBe('');
      expect(head.headers['content-type']).toBe(plain.headers['content-type']);
      expect(head.headers['content-length']).toBe(plain.headers['content-length']);
      if (path !== '/system_stats') expect(prefixed.text).toBe(plain.text);
    }
  });

  test('refuses other methods and names its own', async () => {
    const { send } = await start();
    const answer = await send('/api/prompt', { method: 'PUT', body: '{}' });
    expect([answer.status, answer.text, answer.headers.allow]).toEqual([
      405,
      '405: Method Not Allowed',
      'GET,HEAD,POST',
    ]);
    expect((await send('/system_stats', { method: 'POST' })).headers.allow).toBe('GET,HEAD');
  });
});

describe('unknown paths', () => {
  test.each([
    '/no/such/path',
    '/prompt/',
    '/api',
    '/api/nothing',
    '/models/',
    '/object_info/',
    '/free',
    '/api/internal/logs',
  ])('GET %s is 404 and empty', async path => {
    const answer = await (await start()).send(path);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([404, '', 'application/octet-stream']);
  });

  test.each(['/internal/nope', '/../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/%zz', '/a%00b'])(
    'GET %s is 404 with a text',
    async path => {
      const answer = await (await start()).send(path);
      expect([answer.status, answer.text]).toEqual([404, '404: Not Found']);
    },
  );
});

describe('a JSON body', () => {
  test.each([
    undefined,
    'application/x-www-form-urlencoded',
    'text/plain',
    'nonsense',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
  ])('is read whatever type it claims: %s', async type => {
    const { send } = await start();
    const answer = await send('/prompt', {
      method: 'POST',
      body: '{"prompt":{"1":{"class_type":"SaveImage","inputs":{}}}}',
      headers: type === undefined ? {} : { 'content-type': type },
    });
    expect(answer.status).toBe(200);
  });

  test('that is no UTF-8 fails', async () => {
    const { send } = await start();
    const answer = await send('/prompt', { method: 'POST', body: Buffer.from([0x22, 0xff, 0xfe, 0x22]) });
    expect([answer.status, answer.text]).toEqual([500, TROUBLE]);
  });

  test('beyond the limit is 413 and names both sizes', async () => {
    const { send } = await start({ maxUploadBytes: 1000 });
    const answer = await send('/prompt', { method: 'POST', body: 'x'.repeat(1001) });
    expect([answer.status, answer.text]).toEqual([
      413,
      'Maximum request body size 1000 exceeded, actual body size 1001',
    ]);
    const form = formOf([{ name: 'image', filename: 'a.png', value: 'x'.repeat(1001) }]);
    expect((await send('/upload/image', { method: 'POST', ...form })).status).toBe(413);
  });

  test('beyond the limit is 413 too when its length is not announced', async () => {
    const { port } = await start({ maxUploadBytes: 1000 });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /prompt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    socket.write(`7d0\r\n${'x'.repeat(2000)}\r\n0\r\n\r\n`);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });
});

test('OPTIONS is 200 and empty on any path', async () => {
  const { send } = await start();
  for (const path of ['/prompt', '/no/such']) {
    const answer = await send(path, { method: 'OPTIONS' });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  }
});

test('with CORS every answer carries its headers and no origin is refused', async () => {
  const { send } = await start({ corsOrigin: 'https://app.example' });
  for (const [path, method] of [
    ['/prompt', 'GET'],
    ['/prompt', 'OPTIONS'],
    ['/prompt', 'PUT'],
    ['/nothing', 'GET'],
  ] as const) {
    const { status, headers } = await send(path, {
      method,
      headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    });
    expect(status).not.toBe(403);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'POST, GET, DELETE, PUT, OPTIONS, PATCH',
      'access-control-allow-headers': 'Content-Type, Authorization',
      'access-control-allow-credentials': 'true',
    });
  }
});

test('pages can be confined to this server', async () => {
  const { send } = await start({ contentSecurityPolicy: true });
  expect((await send('/')).headers['content-security-policy']).toContain("default-src 'self'");
  expect((await send('/nothing')).headers['content-security-policy']).toContain("connect-src 'self' data:");
});

describe('compression', () => {
  const long = { json: JSON.stringify({ a: 'x'.repeat(5000) }), etag: '"long"' };

  test('is off by default', async () => {
    const { send, runner } = await start();
    runner.info = long;
    expect((await send('/object_info', { headers: { 'accept-encoding': 'gzip' } })).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  test('packs JSON for clients that accept it', async () => {
    const { send, runner } = await start({ compressResponses: true });
    runner.info = long;
    const packed = await send('/object_info', { headers: { 'accept-encoding': 'deflate, gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body).toString()).toBe(long.json);
    const plain = await send('/object_info');
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.text).toBe(long.json);
  });

  test('packs streamed documents', async () => {
    const { send, jobs } = await start({ compressResponses: true });
    for (let i = 0; i < 400; i++) {
      await jobs.submit({
        promptId: `p${i}`,
        number: i,
        numberIsFloat: false,
        clientId: null,
        promptJson: `{"1":"${'x'.repeat(1000)}"}`,
        extraDataJson: '{}',
        sensitiveJson: null,
        outputsToExecute: [],
        createdAtMs: 0,
      });
    }
    const packed = await send('/queue', { headers: { 'accept-encoding': 'gzip' } });
    const { queue_pending } = JSON.parse(gunzipSync(packed.body).toString()) as { queue_pending: unknown[] };
    expect(queue_pending).toHaveLength(400);
  });
});

describe('object info', () => {
  test('goes out untouched and is not sent twice', async () => {
    const { send, runner } = await start();
    const answer = await send('/object_info/KSampler');
    expect(answer.text).toBe(runner.info.json);
    const again = await send('/object_info', { headers: { 'if-none-match': answer.headers.etag ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await send('/object_info', { headers: { 'if-none-match': '"old"' } })).status).toBe(200);
  });

  test('of an unknown class is an empty object', async () => {
    expect((await (await start()).send('/object_info/No%20Such%2FNode')).text).toBe('{}');
  });
});

test('system stats have every key, and versions as configured', async () => {
  const { send } = await start();
  const stats = (await send('/system_stats')).json() as { system: object; devices: object[] };
  expect(Object.keys(stats.system)).toEqual(
    expect.arrayContaining([
      'os',
      'ram_total',
      'ram_free',
      'comfyui_version',
      'required_frontend_version',
      'installed_templates_version',
      'required_templates_version',
      'comfy_package_versions',
      'python_version',
      'pytorch_version',
      'embedded_python',
      'deploy_environment',
      'argv',
    ]),
  );
  expect(stats).toMatchObject({
    system: { comfyui_version: '0.33.1', argv: ['snug', 'serve'] },
    vram: { total: 100, free: 50 },
  });
  expect(stats.devices).toEqual([
    {
      name: 'cpu',
      type: 'cpu',
      index: null,
      vram_total: 100,
      vram_free: 50,
      torch_vram_total: 100,
      torch_vram_free: 50,
    },
  ]);
});

test('features are the built-in flags and whatever was configured besides', async () => {
  const { send } = await start({
    // The last one would make clients expect other text frames than there are.
    featureFlags: { show_signin_button: true, max_upload_size: 1, supports_progress_text_metadata: true },
  });
  expect((await send('/features')).json()).toEqual({
    show_signin_button: true,
    supports_preview_metadata: true,
    max_upload_size: 104857600,
    node_replacements: true,
  });
});

test('model folders list their files; aliases and unknown folders are 404', async () => {
  const { send } = await start();
  expect((await send('/models')).json()).toEqual(['checkpoints', 'configs', 'embeddings']);
  expect((await send('/models/checkpoints')).json()).toEqual(['a.safetensors', 'sub/b.ckpt']);
  expect((await send('/models/configs')).json()).toEqual([]);
  expect((await send('/models/unet')).status).toBe(404);
  expect((await send('/embeddings')).json()).toEqual(['sub/e.v1', 'f']);
});

describe('a front end', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'snug-front-end-'));
    await mkdir(join(root, 'extensions', 'core'), { recursive: true });
    await mkdir(join(root, 'templates'));
    await writeFile(join(root, 'index.html'), '<p>front end</p>');
    await writeFile(join(root, 'extensions', 'core', 'clipspace.js'), 'x');
    await writeFile(join(root, 'templates', 'a b.jpg'), 'picture');
    await symlink('/etc/passwd', join(root, 'link.txt'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test('is served from its folder, the start page never from a cache', async () => {
    const { send } = await start({ frontEndRoot: root });
    const page = await send('/');
    expect([page.status, page.text, page.headers['content-type']]).toEqual([200, '<p>front end</p>', 'text/html']);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store, must-revalidate',
      pragma: 'no-cache',
      expires: '0',
    });
    expect((await send('/api/')).text).toBe('<p>front end</p>');
    expect((await send('/index.html')).text).toBe('<p>front end</p>');
    const picture = await send('/templates/a%20b.jpg');
    expect(picture.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=86400' });
    expect((await send('/extensions')).json()).toEqual(['/extensions/core/clipspace.js']);
    expect((await send('/extensions/core/clipspace.js')).headers['cache-control']).toBe('no-cache');
  });

  test('shows no folder, nothing outside, and nothing below /api', async () => {
    const { send } = await start({ frontEndRoot: root });
    expect([(await send('/templates')).status, (await send('/templates')).text]).toEqual([403, '403: Forbidden']);
    expect((await send('/link.txt')).status).toBe(404);
    expect((await send('/api/index.html')).status).toBe(404);
    expect((await send('/missing.png')).headers['cache-control']).toBe('public, max-age=3600');
  });

  test('must exist', async () => {
    server = await startTestServer();
    const { jobs, events, blobs, runner } = server;
    const options = { jobs, events, blobs, runner, frontEndRoot: join(root, 'missing') };
    await expect(startTestServer(options)).rejects.toMatchObject({ code: 'FRONT_END_ROOT_MISSING' });
  });
});

describe('without a front end', () => {
  test('a page of our own is sent, and never kept', async () => {
    const page = await (await start()).send('/');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['cache-control']).toBe('no-store, must-revalidate');
    expect(page.text).toContain('<title>Snug</title>');
  });

  test('every file that the page names is there, to be asked for again each time', async () => {
    const { send } = await start();
    const names = [...(await send('/')).text.matchAll(/(?:src|href)="([^"]+\.(?:js|css|svg))"/g)].map(
      ([, name]) => name,
    );
    expect(names).toContain('main.js');
    for (const name of names) {
      const file = await send(`/${name}`);
      expect([name, file.status]).toEqual([name, 200]);
      expect(file.headers['cache-control']).toBe(name?.endsWith('.svg') ? undefined : 'no-cache');
    }
    expect((await send('/main.js', { method: 'HEAD' })).status).toBe(200);
  });

  test.each(['/missing.js', '/start-page.ts', '/api/main.js'])('%s is not found', async path => {
    expect((await (await start()).send(path)).status).toBe(404);
  });
});

describe('listening', () => {
  test('several addresses share one port', async () => {
    await start({ listen: ['127.0.0.1', '127.0.0.2'] });
    expect((await server.send('/prompt', { host: '127.0.0.2' })).status).toBe(200);
  });

  test('a port in use is an error that says what to do', async () => {
    const { port, jobs, events, blobs, runner } = await start();
    const second = startTestServer({ jobs, events, blobs, runner, port });
    await expect(second).rejects.toMatchObject({
      code: 'ADDRESS_UNAVAILABLE',
      message: expect.stringContaining('--port'),
    });
  });

  test('a request that offers another protocol is served as it is, and so is the next one', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    const body = '{"prompt":{"1":{"class_type":"SaveImage","inputs":{}}}}';
    const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__';
    socket.write(`POST /prompt HTTP/1.1\r\nHost: x\r\n${offer}\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"number":0/);
    socket.write('GET /prompt HTTP/1.1\r\nHost: x\r\n\r\n');
    const [second] = (await once(socket, 'data')) as [Buffer];
    expect(second.toString()).toContain('"queue_remaining":1');
    socket.destroy();
  });

  test('closing twice is fine, and nothing is accepted afterwards', async () => {
    await start();
    await server.server.close();
    await server.server.close();
    await expect(server.send('/prompt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

test('a server can be asked without a socket', async () => {
  const answer = await (await start()).server.app.inject({ method: 'GET', url: '/prompt' });
  expect(answer.json()).toEqual({ exec_info: { queue_remaining: 0 } });
});

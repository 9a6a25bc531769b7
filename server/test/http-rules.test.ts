// The finer rules of the HTTP surface, beside `server-rules.test.ts`: the same for every route of the OpenAPI document, and the
// edges of ranges, caching, compression and refusals (spec http.md 1).
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formOf } from './http-client.ts';
import { SocketClient } from './socket-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
afterEach(() => server?.close());

async function start(options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  server = await startTestServer(options);
  return server;
}

/** Paths of the document with the methods that each has. */
async function documentedPaths(): Promise<[path: string, methods: string[]][]> {
  const { paths } = (await server.send('/openapi.json')).json() as { paths: Record<string, object> };
  return Object.entries(paths).map(([path, item]) => [
    path.replace(/\{[^}]+\}/g, 'x'),
    Object.keys(item).filter(key => key !== 'servers'),
  ]);
}

describe('every documented path', () => {
  test('answers HEAD like GET, without a body', async () => {
    await start();
    for (const [path, methods] of await documentedPaths()) {
      if (!methods.includes('get')) continue;
      const [get, head] = [await server.send(path), await server.send(path, { method: 'HEAD' })];
      expect([path, head.status, head.text]).toEqual([path, get.status, '']);
      expect([path, head.headers['content-type']]).toEqual([path, get.headers['content-type']]);
    }
  });

  test('refuses other methods and names its own', async () => {
    await start();
    for (const [path, methods] of await documentedPaths()) {
      const answer = await server.send(path, { method: 'TRACE' });
      expect([path, answer.status, answer.text]).toEqual([path, 405, '405: Method Not Allowed']);
      const allowed = answer.headers.allow?.split(',') ?? [];
      for (const method of methods) expect(allowed, path).toContain(method.toUpperCase());
      if (methods.includes('get')) expect(allowed, path).toContain('HEAD');
    }
  });

  test('answers OPTIONS with 200 and nothing', async () => {
    await start();
    for (const [path] of await documentedPaths()) {
      const answer = await server.send(path, { method: 'OPTIONS' });
      expect([path, answer.status, answer.text]).toEqual([path, 200, '']);
    }
  });
});

describe('a body beyond the limit', () => {
  const refusal = (actual: number | string): string =>
    `Maximum request body size 1000 exceeded, actual body size ${actual}`;

  test('is refused with both sizes, as JSON and as a form', async () => {
    const { send } = await start({ maxUploadBytes: 1000 });
    const json = await send('/queue', { method: 'POST', body: 'x'.repeat(2000) });
    expect([json.status, json.text, json.headers['content-type']]).toEqual([
      413,
      refusal(2000),
      'text/plain; charset=utf-8',
    ]);
    const form = formOf([{ name: 'image', filename: 'a.png', value: 'x'.repeat(2000) }]);
    const answer = await send('/upload/image', { method: 'POST', ...form });
    expect([answer.status, answer.text]).toEqual([413, refusal(form.body.length)]);
  });

  test('of exactly the limit is read', async () => {
    const { send } = await start({ maxUploadBytes: 1000 });
    const body = `{"clear":${' '.repeat(1000 - 14)}true}`;
    expect(body.length).toBe(1000);
    expect((await send('/queue', { method: 'POST', body })).status).toBe(200);
  });

  test('as a form of many small parts is refused, too', async () => {
    const { send } = await start({ maxUploadBytes: 1000 });
    const part = { name: 'image', filename: 'a.png', value: 'x'.repeat(400) };
    const parts = [1, 2, 3].map(i => ({ ...part, name: `image${i}` }));
    expect((await send('/upload/image', { method: 'POST', ...formOf(parts) })).status).toBe(413);
  });

  test('says so to pages of other origins', async () => {
    const { send } = await start({ maxUploadBytes: 10, corsOrigin: '*' });
    const { status, headers } = await send('/queue', { method: 'POST', body: 'x'.repeat(20) });
    expect([status, headers['access-control-allow-origin']]).toEqual([413, '*']);
  });
});

describe('a failure', () => {
  test('of the server ends the connection', async () => {
    const { send } = await start();
    const { status, headers } = await send('/history?max_items=x');
    expect([status, headers.connection]).toEqual([500, 'close']);
  });

  test.each(['/%zz', '/nothing', '/history?max_items=x'])('carries the headers of every answer: %s', async path => {
    const { send } = await start({ corsOrigin: 'https://a.example', contentSecurityPolicy: true });
    const { headers } = await send(path);
    expect(headers['access-control-allow-origin']).toBe('https://a.example');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
  });
});

describe('a page of another origin', () => {
  test.each([{ 'sec-fetch-site': 'cross-site' }, { origin: 'http://evil.example' }])(
    'with %j is refused everywhere, before anything happens',
    async headers => {
      const { send, runner, port } = await start();
      for (const [method, path] of [
        ['POST', '/interrupt'],
        ['GET', '/queue'],
        ['OPTIONS', '/queue'],
        ['GET', '/nothing'],
        ['GET', '/metrics'],
        ['GET', '/openapi.json'],
      ] as const) {
        const answer = await send(path, { method, headers });
        expect([path, answer.status, answer.text]).toEqual([path, 403, '']);
      }
      expect(runner.interrupts).toEqual([]);
      const socket = new SocketClient(port, '/ws', headers);
      const [error] = (await once(socket.socket, 'error')) as [Error];
      expect(error.message).toContain('403');
    },
  );

  test.each([{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { 'sec-fetch-site': 'same-site' }])(
    'is not what %j says',
    async headers => {
      expect((await (await start()).send('/queue', { headers })).status).toBe(200);
    },
  );
});

describe('a file', () => {
  let root: string;
  const text = JSON.stringify({ long: 'x'.repeat(4000) });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'snug-rules-'));
    await mkdir(join(root, 'sub'));
    for (const name of ['index.html', 'index.en.json', 'data.json', 'app.js', 'style.css', 'a.PNG']) {
      await writeFile(join(root, name), text);
      await utimes(join(root, name), 1_700_000_000, 1_700_000_000);
    }
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test.each([
    ['/app.js', 'no-cache'],
    ['/style.css', 'no-cache'],
    ['/index.en.json', 'no-cache'],
    ['/a.PNG', 'public, max-age=86400'],
    ['/data.json', undefined],
    ['/missing.css', 'no-cache'],
    ['/missing.webp', 'public, max-age=3600'],
  ])('%s is remembered as %s', async (path, expected) => {
    expect((await (await start({ frontEndRoot: root })).send(path)).headers['cache-control']).toBe(expected);
  });

  test('that did not change is not sent again, whichever way the client asks', async () => {
    const { send } = await start({ frontEndRoot: root });
    const { headers } = await send('/a.PNG');
    const etag = headers.etag ?? '';
    const modified = headers['last-modified'] ?? '';
    for (const condition of [
      { 'if-none-match': etag },
      { 'if-none-match': `"other", ${etag}` },
      { 'if-none-match': `W/${etag}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': modified },
    ]) {
      const answer = await send('/a.PNG', { headers: condition });
      expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', etag]);
      expect(answer.headers).not.toHaveProperty('cache-control');
    }
    for (const condition of [
      { 'if-none-match': '"other"' },
      { 'if-none-match': '"other"', 'if-modified-since': modified },
      { 'if-modified-since': new Date(1_600_000_000_000).toUTCString() },
      { 'if-modified-since': 'nonsense' },
    ]) {
      expect((await send('/a.PNG', { headers: condition })).status).toBe(200);
    }
  });

  test.each([
    ['bytes=0-0', 206, 'bytes 0-0/4011', 1],
    ['bytes=-1', 206, 'bytes 4010-4010/4011', 1],
    ['bytes=-99999', 206, 'bytes 0-4010/4011', 4011],
    ['bytes=4010-', 206, 'bytes 4010-4010/4011', 1],
    ['bytes=0-99999999999999999999', 206, 'bytes 0-4010/4011', 4011],
    ['bytes=4011-', 416, 'bytes */4011', 0],
    ['bytes=99999999999999999999-', 416, 'bytes */4011', 0],
    ['bytes=-0', 416, 'bytes */4011', 0],
    // Several ranges, other units and nonsense may be answered with the whole file.
    ['bytes=0-1,3-4', 200, undefined, 4011],
    ['bytes=5-4', 200, undefined, 4011],
    ['bytes=', 200, undefined, 4011],
    ['items=0-1', 200, undefined, 4011],
  ])('asked for %s answers %i', async (range, status, contentRange, length) => {
    const { send } = await start({ frontEndRoot: root });
    const answer = await send('/a.PNG', { headers: { range } });
    expect([answer.status, answer.headers['content-range'], answer.body.length]).toEqual([
      status,
      contentRange,
      length,
    ]);
  });

  test('is sent whole when the range was meant for another state of it', async () => {
    const { send } = await start({ frontEndRoot: root });
    const { headers } = await send('/a.PNG');
    const ask = async (condition: string | undefined): Promise<number> =>
      (await send('/a.PNG', { headers: { range: 'bytes=0-1', 'if-range': condition ?? '' } })).status;
    expect(await ask(headers.etag)).toBe(206);
    expect(await ask(headers['last-modified'])).toBe(206);
    expect(await ask('"other"')).toBe(200);
    expect(await ask(`W/${headers.etag}`)).toBe(200);
    expect(await ask(new Date(0).toUTCString())).toBe(200);
  });

  test('that goes out compressed has a weak tag, takes no ranges, and is still known by its tag', async () => {
    const { send } = await start({ frontEndRoot: root, compressResponses: true });
    const accept = { 'accept-encoding': 'gzip' };
    const plain = await send('/data.json');
    const packed = await send('/data.json', { headers: accept });
    expect(gunzipSync(packed.body).toString()).toBe(text);
    expect(packed.headers.etag).toBe(`W/${plain.headers.etag}`);
    expect(packed.headers).not.toHaveProperty('accept-ranges');
    expect([plain.headers.vary, packed.headers.vary]).toEqual(['Accept-Encoding', 'Accept-Encoding']);
    const again = await send('/data.json', { headers: { ...accept, 'if-none-match': packed.headers.etag ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
    const part = await send('/data.json', { headers: { ...accept, range: 'bytes=0-3' } });
    expect([part.status, part.text, part.headers['content-encoding']]).toEqual([206, text.slice(0, 4), undefined]);
  });

  test('is not compressed for clients that refuse it, and pictures never are', async () => {
    const { send } = await start({ frontEndRoot: root, compressResponses: true });
    for (const [path, encoding] of [
      ['/data.json', 'gzip;q=0'],
      ['/data.json', 'br'],
      ['/a.PNG', 'gzip'],
    ] as const) {
      expect((await send(path, { headers: { 'accept-encoding': encoding } })).headers).not.toHaveProperty(
        'content-encoding',
      );
    }
  });
});

describe('listening', () => {
  const hasIpv6 = Object.values(networkInterfaces()).some(list => list?.some(({ address }) => address === '::1'));

  test.runIf(hasIpv6)('IPv4 and IPv6 share one port, also as wildcards', async () => {
    await start({ listen: ['0.0.0.0', '::'] });
    for (const host of ['127.0.0.1', '::1']) expect((await server.send('/prompt', { host })).status).toBe(200);
  });

  test('a connection is used for several requests, and closed when the client says so', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /prompt HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    socket.write('GET /prompt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [second] = (await once(socket, 'data')) as [Buffer];
    expect(second.toString()).toMatch(/^HTTP\/1\.1 200 OK/);
    await once(socket, 'close');
  });
});

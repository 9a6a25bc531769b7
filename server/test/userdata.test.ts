// User data files over real HTTP and a real disk (spec http.md 10.1, 10.2).
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from './http-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

/** Files are all that a test leaves behind. */
afterEach(() => rm(join(server.folder, 'user'), { recursive: true, force: true }));

const put = (path: string, body: string | Buffer = 'x'): Promise<Answer> =>
  server.send(`/userdata/${path}`, { method: 'POST', body });
const get = (path: string): Promise<Answer> => server.send(path);
const seen = ({ status, text }: Answer): unknown => [status, text];

describe('a file', () => {
  test('is stored under a path with encoded slashes and answered with its type', async () => {
    expect(seen(await put('workflows%2Fa.json', '{"a":1}'))).toEqual([200, '"workflows/a.json"']);
    const answer = await get('/userdata/workflows%2Fa.json');
    expect(seen(answer)).toEqual([200, '{"a":1}']);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
    });
    expect((await get('/userdata/workflows/a.json')).status).toBe(404);
    expect((await server.send('/userdata/workflows%2Fa.json', { method: 'HEAD' })).headers['content-length']).toBe('7');
  });

  test('is decoded a second time when its name still has escapes', async () => {
    await put('workflows%2Fa%20b.json');
    expect((await get('/userdata/workflows%252Fa%2520b.json')).status).toBe(200);
    expect((await get('/userdata/..%252F..%252Fusers.json')).status).toBe(403);
    expect((await get('/userdata/%252e%252e%252fx')).status).toBe(403);
    expect(seen(await put('100%25.txt'))).toEqual([200, '"100%.txt"']);
  });

  test('may have any bytes, or none', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    await put('bytes.bin', bytes);
    expect((await get('/userdata/bytes.bin')).body).toEqual(bytes);
    await server.send('/userdata/empty', { method: 'POST' });
    expect(seen(await get('/userdata/empty'))).toEqual([200, '']);
  });

  test('is stored as sent even when it claims to be a form', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    await server.send('/userdata/form', { method: 'POST', body: '--x--', headers });
    expect((await get('/userdata/form')).text).toBe('--x--');
  });

  test('is kept when overwriting is forbidden; only the exact word forbids it', async () => {
    await put('a.txt', 'old');
    expect(seen(await put('a.txt?overwrite=false', 'new'))).toEqual([409, 'File already exists']);
    expect((await get('/userdata/a.txt')).text).toBe('old');
    expect((await put('a.txt?overwrite=FALSE', 'new')).status).toBe(200);
    expect((await get('/userdata/a.txt')).text).toBe('new');
  });

  test('is described with whole milliseconds', async () => {
    const info = (await put('a.txt?full_info=TRUE', 'abc')).json() as Record<string, unknown>;
    expect(info).toEqual({ path: 'a.txt', size: 3, modified: expect.any(Number), created: expect.any(Number) });
    expect(Number.isInteger(info['modified']) && Number(info['modified']) > 1.6e12).toBe(true);
  });

  test.each(['a.html', 'a.svg', 'a.js', 'a.xml', 'sub%2Fuser.css', 'a.xhtml'])(
    '%s is plain bytes to be saved, because it could act as a page',
    async name => {
      await put(name, '<script>');
      expect((await get(`/userdata/${name}`)).headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
      });
    },
  );

  test('user.css is the style sheet of the page', async () => {
    expect((await get('/api/userdata/user.css')).status).toBe(404);
    await put('user.css', 'a{}');
    const { headers } = await get('/api/userdata/user.css');
    expect(headers['content-type']).toBe('text/css');
    expect(headers['content-disposition']).toBeUndefined();
  });

  test('is sent in parts', async () => {
    await put('a.txt', '0123456789');
    const answer = await server.send('/userdata/a.txt', { headers: { range: 'bytes=2-4' } });
    expect(seen(answer)).toEqual([206, '234']);
  });

  test('is deleted once; a folder is not deleted', async () => {
    await put('w%2Fa.txt');
    const remove = (path: string) => server.send(`/userdata/${path}`, { method: 'DELETE' });
    expect((await remove('w%2Fa.txt')).status).toBe(204);
    expect((await remove('w%2Fa.txt')).status).toBe(404);
    expect((await remove('w')).status).toBe(403);
    expect((await get('/userdata/w')).status).toBe(403);
  });

  test.each(['w', 'file%2Fbelow', 'x'.repeat(300), 'a%0Ab', '.', 'a%2F..'])(
    'cannot be called %s, and the answer says why',
    async name => {
      await put('w%2Fa.txt');
      await put('file');
      const answer = await put(name);
      expect(seen(answer)).toEqual([400, '']);
    },
  );

  test('that is larger than allowed is refused whole', async () => {
    await server.close();
    server = await startTestServer({ maxUploadBytes: 1000 });
    expect((await put('big', 'x'.repeat(1001))).status).toBe(413);
    expect((await get('/userdata/big')).status).toBe(404);
  });
});

describe('moving', () => {
  const move = (from: string, to: string): Promise<Answer> =>
    server.send(`/userdata/${from}/move/${to}`, { method: 'POST' });

  test('gives a file another name', async () => {
    await put('a.txt', 'a');
    expect(seen(await move('a.txt', 'w%2Fb.txt'))).toEqual([200, '"w/b.txt"']);
    expect((await get('/userdata/a.txt')).status).toBe(404);
    expect((await move('w%2Fb.txt', 'c.txt?full_info=true')).json()).toMatchObject({ path: 'c.txt', size: 1 });
    expect(seen(await move('none', 'd'))).toEqual([404, '']);
  });

  test('keeps another file when overwriting is forbidden', async () => {
    await put('a.txt', 'a');
    await put('b.txt', 'b');
    expect(seen(await move('a.txt', 'b.txt?overwrite=false'))).toEqual([409, 'File already exists']);
    expect((await move('a.txt', 'b.txt')).status).toBe(200);
    expect((await get('/userdata/b.txt')).text).toBe('a');
  });

  test.each(['..%2Fevil', '%2Fetc%2Fevil', '..%255Cevil', 'a%2F..%2F..%2Fevil'])('does not lead out: %s', async to => {
    await put('a.txt');
    expect((await move('a.txt', to)).status).toBe(403);
    expect((await move(to, 'b.txt')).status).toBe(403);
  });
});

describe('listings', () => {
  beforeEach(async () => {
    for (const path of ['w%2Fa.json', 'w%2Fsub%2Fb.json', 'w%2F.index.json', 'top.txt']) await put(path, path);
  });

  test.each([
    ['dir=w', ['a.json']],
    ['dir=w&recurse=true', ['a.json', 'sub/b.json']],
    ['dir=w&recurse=TRUE', ['a.json', 'sub/b.json']],
    ['dir=w&recurse=1', ['a.json']],
    ['dir=w&split=true', [['a.json', 'a.json']]],
    ['dir=./w/sub/&recurse=true&split=true', [['b.json', 'b.json']]],
    [
      'dir=w&recurse=true&split=true',
      [
        ['a.json', 'a.json'],
        ['sub/b.json', 'sub', 'b.json'],
      ],
    ],
    ['dir=w/sub', ['b.json']],
    ['dir=w%2Fsub', ['b.json']],
    ['dir=.', ['top.txt']],
    ['dir=top.txt', []],
  ])('%s shows %j', async (query, expected) => {
    expect((await get(`/userdata?${query}`)).json()).toEqual(expected);
  });

  test('with details show sizes, and those win over parts', async () => {
    expect((await get('/userdata?dir=w&full_info=true&split=true')).json()).toEqual([
      { path: 'a.json', size: 10, modified: expect.any(Number), created: expect.any(Number) },
    ]);
  });

  test.each([
    ['', 400, 'Directory not provided'],
    ['?dir=', 400, 'Directory not provided'],
    ['?dir=none', 404, 'Directory not found'],
    ['?dir=..', 403, 'Invalid directory'],
    ['?dir=/etc', 403, 'Invalid directory'],
    ['?dir=w/../../x', 403, 'Invalid directory'],
    ['?dir=..%5Cx', 403, 'Invalid directory'],
    ['?dir=%00', 403, 'Invalid directory'],
  ])('of %j are refused', async (query, status, text) => {
    expect(seen(await get(`/userdata${query}`))).toEqual([status, text]);
  });

  test('of everything have folders first, then names', async () => {
    await put('B.txt');
    const nodes = (await get('/v2/userdata')).json() as { name: string; path: string; type: string }[];
    expect(nodes.map(({ path, type }) => `${type} ${path}`)).toEqual([
      'directory w/sub',
      'directory w',
      'file w/.index.json',
      'file w/a.json',
      'file w/sub/b.json',
      'file B.txt',
      'file top.txt',
    ]);
    expect(nodes[1]).toEqual({ name: 'w', path: 'w', type: 'directory' });
    expect(nodes[3]).toEqual({
      name: 'a.json',
      path: 'w/a.json',
      type: 'file',
      size: 10,
      modified: expect.any(Number),
    });
    expect((await get('/v2/userdata')).text).toMatch(/"modified":\d+\.\d+/);
    const below = (await get('/v2/userdata?path=w%252Fsub')).json();
    expect(below).toMatchObject([{ path: 'w/sub/b.json' }]);
  });

  test.each([
    ['path=none', 404, 'Requested path not found'],
    ['path=top.txt', 400, 'Requested path is not a directory'],
    ['path=..', 400, 'Invalid path requested'],
    ['path=/etc', 400, 'Invalid path requested'],
    ['path=%2525%252e%252e', 404, 'Requested path not found'],
    ['path=%252e%252e%252f', 400, 'Invalid path requested'],
    ['path=%25ff', 400, 'Invalid characters in path parameter'],
    ['path=%00', 400, 'Invalid characters in path parameter'],
  ])('of everything below %s are refused', async (query, status, text) => {
    expect(seen(await get(`/v2/userdata?${query}`))).toEqual([status, text]);
  });
});

test('a user without a folder has nothing', async () => {
  expect(seen(await get('/v2/userdata'))).toEqual([200, '[]']);
  expect(seen(await get('/v2/userdata?path=w'))).toEqual([404, 'Requested path not found']);
  expect((await get('/userdata?dir=.')).status).toBe(404);
});

test('no name whatever fails the server or leaves the folder of the user', async () => {
  const folder = join(server.folder, 'user');
  await mkdir(join(folder, '__manager'), { recursive: true });
  await writeFile(join(folder, 'users.json'), '{}');
  const part = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    '%2e',
    '%2F',
    '%5c',
    '%00',
    '%',
    'a',
    'C:',
    '\0',
    'ü',
    ' ',
    '~',
    '\ud800',
  );
  const name = fc.oneof(
    fc.array(part, { maxLength: 8 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  const encoded = name.map(text => encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '')));
  await fc.assert(
    fc.asyncProperty(encoded, encoded, async (a, b) => {
      for (const { status } of [
        await put(a),
        await get(`/userdata/${a}`),
        await server.send(`/userdata/${a}/move/${b}`, { method: 'POST' }),
        await get(`/userdata?dir=${a}&recurse=true`),
        await get(`/v2/userdata?path=${a}`),
        await server.send(`/userdata/${b}`, { method: 'DELETE' }),
      ]) {
        expect(status).toBeLessThan(500);
      }
      const entries = (await readdir(folder)).filter(entry => entry !== 'default');
      expect(entries.sort()).toEqual(['__manager', 'users.json']);
    }),
    { numRuns: 60 },
  );
});

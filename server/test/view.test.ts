// `GET /view` over real HTTP (spec http.md 6.3).
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PNG_SIGNATURE } from './fake-image-codec.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
const png = Buffer.concat([PNG_SIGNATURE, Buffer.from('0123456789')]);

beforeAll(async () => {
  server = await startTestServer();
  const place = (name: string, ...rest: string[]): string => join(server.folder, name, ...rest);
  for (const name of ['input', 'output', 'temp']) await mkdir(place(name, 'sub'), { recursive: true });
  await writeFile(place('output', 'a.png'), png);
  await writeFile(place('input', 'sub', 'b.png'), png);
  await writeFile(place('temp', 'c.png'), png);
  await writeFile(place('output', 'say "hi" ü.txt'), 'text');
  await writeFile(place('output', 'page.html'), '<script>');
  await writeFile(place('output', 'drawing.svg'), '<svg/>');
  await writeFile(place('output', 'empty.bin'), '');
  await writeFile(join(server.folder, 'secret.txt'), 'secret');
  await symlink(join(server.folder, 'secret.txt'), place('output', 'link.txt'));
});

afterAll(() => server.close());

const view = (query: string, headers: Record<string, string> = {}, method = 'GET'): ReturnType<TestServer['send']> =>
  server.send(`/view?${query}`, { headers, method });

test('a file is sent as it is, shown by its name', async () => {
  const answer = await view('filename=a.png');
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(png);
  expect(answer.headers).toMatchObject({
    'content-type': 'image/png',
    'content-length': '18',
    'content-disposition': 'filename="a.png"',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
  });
  expect(answer.headers).not.toHaveProperty('cache-control');
});

test('places, folders and suffixes choose the file', async () => {
  expect((await view('filename=b.png&type=input&subfolder=sub')).status).toBe(200);
  expect((await view('filename=b.png+[input]&subfolder=sub&type=temp')).status).toBe(200);
  expect((await view('filename=c.png%20[temp]')).status).toBe(200);
  expect((await view('filename=c.png&filename=a.png&type=temp&rand=0.5')).status).toBe(200);
  expect((await view('filename=sub/b.png&type=input')).status).toBe(404);
});

test('HEAD states the size without the file', async () => {
  const answer = await view('filename=a.png', {}, 'HEAD');
  expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '18']);
});

test('an empty file is an empty answer', async () => {
  const answer = await view('filename=empty.bin');
  expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0']);
});

describe('a range', () => {
  test.each([
    ['bytes=0-7', 206, 'bytes 0-7/18', PNG_SIGNATURE],
    ['bytes=-4', 206, 'bytes 14-17/18', Buffer.from('6789')],
    ['bytes=14-99', 206, 'bytes 14-17/18', Buffer.from('6789')],
    ['bytes=18-', 416, 'bytes */18', Buffer.alloc(0)],
  ])('%s is answered with %i', async (range, status, contentRange, body) => {
    const answer = await view('filename=a.png', { range });
    expect([answer.status, answer.headers['content-range']]).toEqual([status, contentRange]);
    expect(answer.body).toEqual(body);
  });

  test('of a file that changed since is the whole file', async () => {
    expect((await view('filename=a.png', { range: 'bytes=0-7', 'if-range': '"other"' })).status).toBe(200);
  });
});

test('an unchanged file is not sent again', async () => {
  const { headers } = await view('filename=a.png');
  const byTag = await view('filename=a.png', { 'if-none-match': headers.etag ?? '' });
  const byTime = await view('filename=a.png', { 'if-modified-since': headers['last-modified'] ?? '' });
  expect([byTag.status, byTag.text, byTime.status]).toEqual([304, '', 304]);
});

describe('what could act as a page of this origin', () => {
  test('is offered as a download of unknown type', async () => {
    const answer = await view('filename=page.html');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="page.html"',
      'cache-control': 'no-store',
      vary: 'Sec-Fetch-Dest',
    });
  });

  test('but a drawing may be shown as an image', async () => {
    const shown = await view('filename=drawing.svg', { 'sec-fetch-dest': 'image' });
    expect(shown.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-disposition': 'filename="drawing.svg"',
    });
    const opened = await view('filename=drawing.svg', { 'sec-fetch-dest': 'document' });
    expect(opened.headers['content-type']).toBe('application/octet-stream');
  });
});

test('names are quoted for the header', async () => {
  const { headers } = await view(`filename=${encodeURIComponent('say "hi" ü.txt')}`);
  expect(Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString()).toBe('filename="say \\"hi\\" ü.txt"');
});

describe('pictures in another form', () => {
  test.each([
    ['preview=webp;80', 'image/webp', 'webp 80 alpha'],
    ['preview=jpeg', 'image/jpeg', 'jpeg 90 opaque'],
    ['preview=jpeg;50&channel=rgb', 'image/jpeg', 'jpeg 50 opaque'],
    ['preview=jpeg&channel=rgba', 'image/webp', 'webp 90 alpha'],
    ['channel=rgb', 'image/png', 'color'],
    ['channel=a', 'image/png', 'alpha'],
  ])('%s', async (query, type, text) => {
    const answer = await view(`filename=a.png&${query}`);
    expect([answer.headers['content-type'], answer.text]).toEqual([type, text]);
    expect(answer.headers['content-disposition']).toBe('filename="a.png"');
  });

  test('a file that is no picture fails like in the reference', async () => {
    const answer = await view('filename=page.html&channel=rgb');
    expect([answer.status, answer.text]).toEqual([500, '500 Internal Server Error\n\nServer got itself in trouble']);
  });
});

describe('refusals are empty', () => {
  test.each([
    ['', 404],
    ['filename=', 400],
    ['filename=missing.png', 404],
    ['filename=sub', 404],
    ['filename=a.png&type=nope', 400],
    ['filename=a.png&type=', 400],
    ['filename=../secret.txt', 400],
    ['filename=%2e%2e%2fsecret.txt', 400],
    ['filename=/etc/passwd', 400],
    ['filename=a..png', 400],
    ['filename=a.png&subfolder=../..', 403],
    ['filename=passwd&subfolder=%2fetc', 403],
    ['filename=link.txt', 404],
    ['filename=blake3:00', 404],
    [`filename=${'x'.repeat(5000)}`, 404],
  ])('%s', async (query, status) => {
    const answer = await view(query);
    expect([answer.status, answer.text]).toEqual([status, '']);
  });
});

test('no query is an error of the server or shows a file outside', async () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    'sub',
    'a.png',
    'secret.txt',
    'link.txt',
    '%00',
    '[input]',
    ' ',
    '%',
    '\u{1f600}',
    'C:',
    '~',
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 8 }).map(parts => parts.join('')),
    fc.string(),
  );
  const query = fc.record(
    { filename: text, subfolder: text, type: fc.oneof(fc.constantFrom('input', 'output', 'temp'), text) },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(query, async values => {
      const url = `/view?${new URLSearchParams(values)}`;
      const answer = await server.server.app.inject({ method: 'GET', url, headers: { host: 'x' } });
      expect([200, 400, 403, 404]).toContain(answer.statusCode);
      expect(answer.body).not.toContain('secret');
    }),
    { numRuns: 500 },
  );
});

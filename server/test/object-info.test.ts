// Delivery of the node catalogue (spec http.md 1.6, 8): exact text, entity tags, prepared compression.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

afterEach(() => server.close());

/** Three thousand classes, about 2 MB. */
function largeCatalogue(): string {
  const seed = '["INT",{"default":0,"min":0,"max":18446744073709551615}]';
  const cfg = '["FLOAT",{"default":8.0,"min":0.0,"max":100.0,"step":0.1}]';
  const members = Array.from({ length: 3000 }, (_, i) => {
    const lists = JSON.stringify(Array.from({ length: 40 }, (_name, n) => `model-${i}-${n}.safetensors`));
    return `"Node ${i} ä":{"input":{"required":{"seed":${seed},"cfg":${cfg},"model":[${lists}]}},"output":[]}`;
  });
  return `{${members.join(',')}}`;
}

async function start(options: Parameters<typeof startTestServer>[0] = {}): Promise<string> {
  server = await startTestServer(options);
  const json = largeCatalogue();
  server.runner.info = { json, etag: '"big"' };
  return json;
}

/** Raw bytes: `fetch` would decompress them. */
const get = (headers: Record<string, string>, path = '/object_info') => server.send(path, { headers });

test('goes out as it was prepared, whatever the client accepts', async () => {
  const json = await start();
  const answer = await get({ 'accept-encoding': 'br, gzip' });
  expect(answer.status).toBe(200);
  expect(answer.text === json).toBe(true);
  expect(answer.headers).toMatchObject({
    etag: '"big"',
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(json)),
  });
  expect(answer.headers).not.toHaveProperty('content-encoding');
  expect(answer.headers).not.toHaveProperty('vary');
});

test.each(['"big"', 'W/"big"', '"other", "big"', '*'])('is not sent again to a client that has %s', async etag => {
  await start();
  const answer = await get({ 'if-none-match': etag });
  expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', '"big"']);
});

test('is sent when it has changed', async () => {
  await start();
  server.runner.info = { json: '{"New":{}}', etag: '"new"' };
  const answer = await get({ 'if-none-match': '"big"' });
  expect([answer.status, answer.text, answer.headers.etag]).toEqual([200, '{"New":{}}', '"new"']);
});

test.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  ['br;q=0, GZIP;q=0.5', 'gzip', gunzipSync],
] as const)('is compressed for %s where the server compresses', async (accepted, encoding, decompress) => {
  const json = await start({ compressResponses: true });
  const answers = await Promise.all([1, 2, 3].map(() => get({ 'accept-encoding': accepted })));
  for (const answer of answers) {
    expect(answer.headers).toMatchObject({
      etag: `"big-${encoding}"`,
      'content-encoding': encoding,
      vary: 'Accept-Encoding',
      'content-length': String(answer.body.length),
    });
    expect(answer.body.length).toBeLessThan(json.length / 5);
    expect(decompress(answer.body).toString() === json).toBe(true);
  }
  const again = await get({ 'accept-encoding': accepted, 'if-none-match': `"big-${encoding}"` });
  expect([again.status, again.headers.vary]).toEqual([304, 'Accept-Encoding']);
});

test.each(['', 'identity', 'gzip;q=0', 'gzipped'])('is plain for a client that accepts %j', async accepted => {
  const json = await start({ compressResponses: true });
  const answer = await get({ 'accept-encoding': accepted });
  expect(answer.headers).toMatchObject({ etag: '"big"', vary: 'Accept-Encoding' });
  expect(answer.headers).not.toHaveProperty('content-encoding');
  expect(answer.text === json).toBe(true);
});

test('one class is delivered in the same way', async () => {
  await start();
  const answer = await get({}, '/object_info/Unknown');
  expect([answer.status, answer.text, answer.headers.etag]).toEqual([200, '{}', '"none"']);
  expect((await get({ 'if-none-match': '"none"' }, '/object_info/Unknown')).status).toBe(304);
});

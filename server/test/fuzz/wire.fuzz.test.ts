// Bytes that are hardly HTTP, over raw sockets: the server answers or hangs up, and goes on serving others.
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzzRuns } from '../../../testkit/src/hostile-input.ts';
import { type FuzzServer, startFuzzServer } from './fuzz-server.ts';

let server: FuzzServer;
beforeAll(async () => {
  server = await startFuzzServer({ maxUploadBytes: 100_000 });
});
afterAll(() => server.close());

/** Everything that comes back until the server has nothing more to say; our end is closed after sending. */
async function exchange(bytes: Uint8Array): Promise<string> {
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', chunk => chunks.push(chunk));
  socket.on('error', () => {}); // A reset is an answer too.
  socket.end(bytes);
  await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
  return Buffer.concat(chunks).toString('latin1');
}

const requestLines = [
  'GET / HTTP/1.1',
  'GET /../../../etc/passwd HTTP/1.1',
  'GET /\0 HTTP/1.1',
  'GET /%ff%fe HTTP/1.1',
  'GET //prompt HTTP/1.1',
  'GET http://elsewhere.example/prompt HTTP/1.1',
  'GET * HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'CONNECT example.com:443 HTTP/1.1',
  'GET /prompt HTTP/1.0',
  'GET /prompt HTTP/2.0',
  'GET /prompt',
  'NOSUCH /prompt HTTP/1.1',
  'POST /prompt HTTP/1.1',
  'POST /upload/image HTTP/1.1',
  'GET /view?filename=\xff\xfe HTTP/1.1',
  'GET /ws HTTP/1.1',
  `GET /${'a'.repeat(20_000)} HTTP/1.1`,
  '',
];

const headerLines = [
  'Host: x',
  'Host: x\r\nHost: y',
  'Host:',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 5\r\nContent-Length: 6',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nContent-Length: 3',
  'Transfer-Encoding: gzip, chunked',
  'Connection: Upgrade\r\nUpgrade: websocket',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Connection: Upgrade\r\nUpgrade: h2c',
  'Expect: 100-continue',
  'Expect: nonsense',
  'Content-Type: multipart/form-data; boundary=x',
  'Origin: \xff',
  'Range: bytes=\0',
  ' folded: x',
  'no colon',
  `X: ${'y'.repeat(20_000)}`,
];

const head = fc
  .tuple(fc.constantFrom(...requestLines), fc.array(fc.constantFrom(...headerLines), { maxLength: 4 }))
  .map(([line, headers]) => [line, ...headers, '', ''].join('\r\n'));
const body = fc.constantFrom(
  '',
  '{}',
  '5\r\n{"a":\r\n',
  'ffffffffffffffff\r\n',
  'zz\r\n',
  '-1\r\n',
  '2\r\n{}\r\n0\r\n\r\n',
  '--x',
);
const noise = fc.uint8Array({ maxLength: 300 });

test('hardly HTTP is answered or cut off, and others are served', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: fc.tuple(head, body) }, noise), async sent => {
      const bytes = sent instanceof Uint8Array ? sent : Buffer.from(sent.join(''), 'latin1');
      const answer = await exchange(bytes);
      if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 [1-5]\d\d /);
      expect(server.takeFailures()).toEqual([]);
    }),
    fuzzRuns(250),
  );
  expect((await server.ask('/prompt')).status).toBe(200);
  expect(server.strayFiles()).toEqual([]);
});

test('two requests in one write are answered in order', async () => {
  const answer = await exchange(
    Buffer.from(
      'GET /prompt HTTP/1.1\r\nHost: x\r\n\r\nGET /features HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ),
  );
  expect(answer.indexOf('exec_info')).toBeGreaterThan(0);
  expect(answer.indexOf('supports_preview_metadata')).toBeGreaterThan(answer.indexOf('exec_info'));
});

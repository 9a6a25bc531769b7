// HTTPS and WSS with a certificate for 127.0.0.1 that was made for this test and is trusted by nobody (spec http.md 1.10).

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer } from './test-server.ts';

const pem = (name: string): string => readFileSync(new URL(`./golden/tls/${name}.pem`, import.meta.url), 'utf8');

test('with key and certificate requests and sockets are encrypted', async () => {
  const cert = pem('certificate');
  const server = await startTestServer({ tls: { key: pem('key'), cert } });
  const [response] = (await once(
    get(`https://127.0.0.1:${server.port}/prompt`, { ca: cert, agent: false }),
    'response',
  )) as [AsyncIterable<Buffer>];
  let text = '';
  for await (const chunk of response) text += chunk.toString();
  expect(text).toBe('{"exec_info":{"queue_remaining":0}}');
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}/ws`, { ca: cert });
  const [message] = (await once(socket, 'message')) as [Buffer];
  expect(message.toString()).toContain('"sid"');
  await server.close();
});

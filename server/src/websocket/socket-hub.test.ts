import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionEvent } from '@snug/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { silentLogger } from '../logger.ts';
import { createSocketCounters, type SocketCounters } from '../metrics/socket-counters.ts';
import { SocketHub } from './socket-hub.ts';
import { createSocketUpgrades } from './socket-upgrade.ts';

let server: Server;
let hub: SocketHub;
let counters: SocketCounters;
let socket: WebSocket;

beforeEach(async () => {
  counters = createSocketCounters();
  hub = new SocketHub({ queueRemaining: 0, featureFlags: {}, logger: silentLogger, counters });
  server = createServer();
  createSocketUpgrades(hub, { isOriginChecked: true }).attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  socket.terminate();
  server.close();
  await once(server, 'close');
});

async function connect(options: { autoPong?: boolean } = {}): Promise<void> {
  const { port } = server.address() as AddressInfo;
  socket = new WebSocket(`ws://127.0.0.1:${port}/ws?clientId=a`, options);
  await once(socket, 'message');
}

const publish = (event: ExecutionEvent): void => hub.deliver({ kind: 'run', promptId: 'p', clientId: 'a', event });

const megabyte = 'x'.repeat(1024 * 1024);
const metadata = { node_id: '1', prompt_id: 'p', display_node_id: '1', parent_node_id: null, real_node_id: '1' };

test('a socket that answers pings stays open', async () => {
  await connect();
  for (let i = 0; i < 5; i++) {
    hub.beat();
    await once(socket, 'ping');
    // The answer to a ping of ours shows that the server has taken in our pong.
    socket.ping();
    await once(socket, 'pong');
  }
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test('a socket that is silent for two pings is cut off', async () => {
  await connect({ autoPong: false });
  hub.beat();
  hub.beat();
  hub.beat();
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1006);
});

test('a reader that falls behind is closed with 1013 and loses nothing that it was sent before', async () => {
  await connect();
  let received = 0;
  socket.on('message', () => received++);
  socket.pause();
  for (let i = 0; i < 64; i++) publish({ type: 'custom', name: 'large', data: { i, megabyte } });
  socket.resume();
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1013);
  expect(received).toBeGreaterThan(15);
  expect(received).toBeLessThan(64);
});

test('a slow reader gets fewer previews, the newest among them, and every text', async () => {
  await connect();
  const previews: number[] = [];
  let texts = 0;
  const done = new Promise<void>(resolve => {
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) texts++;
      else if (previews.push(data.readUInt32BE(8)) > 0 && previews.at(-1) === 99) resolve();
    });
  });
  socket.pause();
  for (let i = 0; i < 100; i++) {
    const image = Buffer.alloc(1024 * 1024);
    image.writeUInt32BE(i);
    publish({ type: 'preview', image, format: 'jpeg', metadata });
    publish({ type: 'progress', data: { value: i, max: 100, prompt_id: 'p', node: '1' } });
    await new Promise(setImmediate);
  }
  socket.resume();
  await done;
  expect(previews.length).toBeLessThan(100);
  expect(previews).toEqual([...previews].sort((a, b) => a - b));
  expect(texts).toBe(100);
  expect(counters.dropped).toBe(100 - previews.length);
});

test('a preview that waits is dropped when another node starts', async () => {
  await connect();
  const kinds: string[] = [];
  socket.on('message', (data: Buffer, isBinary) =>
    kinds.push(isBinary ? 'preview' : (JSON.parse(data.toString()) as { type: string }).type),
  );
  const preview: ExecutionEvent = { type: 'preview', image: Buffer.alloc(8 * 1024 * 1024), format: 'png', metadata };
  socket.pause();
  for (let i = 0; i < 3; i++) publish(preview);
  publish({ type: 'executing', data: { node: '2', display_node: '2', prompt_id: 'p' } });
  publish({ type: 'execution_success', data: { prompt_id: 'p', timestamp: 1 } });
  socket.resume();
  while (kinds.at(-1) !== 'execution_success') await once(socket, 'message');
  expect(kinds).toEqual(['preview', 'executing', 'execution_success']);
});

/** One picture of a node that sends its results, marked with a number. */
function resultPicture(i: number, sizeBytes: number): ExecutionEvent {
  const image = Buffer.alloc(sizeBytes);
  image.writeUInt32BE(i);
  return { type: 'preview', image, format: 'png', metadata, isResult: true };
}

test('a slow reader gets every picture that is a result, in order with the text around them', async () => {
  await connect();
  const seen: (number | string)[] = [];
  socket.on('message', (data: Buffer, isBinary) =>
    seen.push(isBinary ? data.readUInt32BE(8) : (JSON.parse(data.toString()) as { type: string }).type),
  );
  socket.pause();
  const expected: (number | string)[] = [];
  // More than the backlog that text may have.
  for (let i = 0; i < 32; i++) {
    publish(resultPicture(i, 1024 * 1024));
    publish({ type: 'progress', data: { value: i, max: 32, prompt_id: 'p', node: '1' } });
    expected.push('progress', i);
    await new Promise(setImmediate);
  }
  publish({ type: 'executing', data: { node: null, prompt_id: 'p' } });
  expected.push('executing');
  socket.resume();
  while (seen.at(-1) !== 'executing') await once(socket, 'message');
  expect(seen).toEqual(expected);
  expect(counters.dropped).toBe(0);
});

test('one result may be larger than any backlog', async () => {
  await connect();
  publish(resultPicture(7, 80 * 1024 * 1024));
  publish({ type: 'execution_success', data: { prompt_id: 'p', timestamp: 1 } });
  const [frame] = (await once(socket, 'message')) as [Buffer];
  expect(frame.readUInt32BE(8)).toBe(7);
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test('a reader that lets results pile up is closed with 1013', async () => {
  await connect();
  let received = 0;
  socket.on('message', (_data, isBinary) => {
    if (isBinary) received++;
  });
  socket.pause();
  for (let i = 0; i < 40; i++) publish(resultPicture(i, 4 * 1024 * 1024));
  publish({ type: 'execution_success', data: { prompt_id: 'p', timestamp: 1 } });
  socket.resume();
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1013);
  expect(received).toBeGreaterThan(15);
  expect(received).toBeLessThan(40);
});

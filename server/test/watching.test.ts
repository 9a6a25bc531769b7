// Sockets that ask for copies of everybody's events (flag snug_watch_all): what they get, and that nobody else notices.
import type { ExecutionEvent } from '@snug/protocol';
import { decodeBinaryFrame } from '@snug/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Received, SocketClient } from './socket-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
const clients: SocketClient[] = [];

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await server.close();
});

async function connect(clientId: string, flags?: Record<string, unknown>): Promise<SocketClient> {
  const client = new SocketClient(server.port, `/ws?clientId=${clientId}`);
  clients.push(client);
  await client.first(1);
  if (flags !== undefined) {
    client.sendJson({ type: 'feature_flags', data: flags });
    await client.until('feature_flags');
  }
  return client;
}

const metadata = { node_id: '3', prompt_id: 'p', display_node_id: '3', parent_node_id: null, real_node_id: '3' };
const start: ExecutionEvent = { type: 'execution_start', data: { prompt_id: 'p', timestamp: 1 } };
const progress: ExecutionEvent = { type: 'progress', data: { value: 1, max: 2, prompt_id: 'p', node: '3' } };
const preview: ExecutionEvent = { type: 'preview', image: Buffer.from('jpeg'), format: 'jpeg', metadata };

/** Publishes events of a run, then something that every socket receives. */
function run(clientId: string | null, ...events: readonly ExecutionEvent[]): void {
  for (const event of events) server.events.publish({ kind: 'run', promptId: 'p', clientId, event });
  server.events.publish({ kind: 'queue', remaining: 77 });
}

async function heard(client: SocketClient): Promise<readonly Received[]> {
  const all = await client.until('status', data => JSON.stringify(data['status']).includes('77'));
  return all.filter(message => !('type' in message) || !['status', 'feature_flags'].includes(message.type));
}

test('a watcher hears runs of other clients, marked with their id; others hear what they always heard', async () => {
  const owner = await connect('owner');
  const bystander = await connect('bystander', { supports_preview_metadata: true });
  const watcher = await connect('watcher', { snug_watch_all: true });
  run('owner', start, progress);
  const own = [
    { type: 'execution_start', data: start.data },
    { type: 'progress', data: progress.data },
  ];
  expect(await heard(owner)).toEqual(own);
  expect(await heard(bystander)).toEqual([]);
  expect(await heard(watcher)).toEqual(own.map(message => ({ ...message, client_id: 'owner' })));
});

test('what a watcher is sent anyway comes once and unmarked', async () => {
  const watcher = await connect('watcher', { snug_watch_all: true });
  server.events.publish({ kind: 'run', promptId: 'p', clientId: null, event: progress });
  run('watcher', start, progress);
  expect((await heard(watcher)).map(message => 'client_id' in message)).toEqual([false, false, false]);
});

test("a prompt without client id is marked as nobody's", async () => {
  const watcher = await connect('watcher', { snug_watch_all: true });
  run(null, start);
  expect(await heard(watcher)).toEqual([{ type: 'execution_start', data: start.data, client_id: null }]);
});

test('previews come with metadata to those who know it, and results stay with their client', async () => {
  const plain = await connect('plain', { snug_watch_all: true });
  const watcher = await connect('watcher', { snug_watch_all: true, supports_preview_metadata: true });
  run('owner', preview, progress, { ...preview, isResult: true });
  expect((await heard(plain)).map(message => 'binary' in message)).toEqual([false]);
  const [frame, ...rest] = await heard(watcher);
  expect(rest).toHaveLength(1);
  const bytes = frame !== undefined && 'binary' in frame ? frame.binary : Buffer.alloc(0);
  expect(decodeBinaryFrame(bytes)).toMatchObject({ type: 'preview-with-metadata', metadata });
  expect(bytes.toString('latin1')).toContain('"client_id":"owner"');
});

test('the flag counts only when it is exactly true', async () => {
  const curious = await connect('curious', { snug_watch_all: 1 });
  run('owner', start);
  expect(await heard(curious)).toEqual([]);
});

test('a socket that lost its id to a newer one watches no more', async () => {
  const old = await connect('watcher', { snug_watch_all: true });
  await connect('watcher');
  run('owner', start);
  // Closing reaches the old one after everything that was sent to it.
  await server.server.close();
  await old.closed;
  expect(old.summary.filter(type => type === 'execution_start')).toEqual([]);
});

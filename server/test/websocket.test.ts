// Sockets over real connections: greeting, delivery, previews, reconnects (spec websocket.md).
import type { ExecutionEvent } from '@snug/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SocketClient } from './socket-client.ts';
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

/** Connects and waits for the greeting. */
async function connect(path = '/ws', headers: Record<string, string> = {}): Promise<SocketClient> {
  const client = new SocketClient(server.port, path, headers);
  clients.push(client);
  await client.first(1);
  return client;
}

const metadata = { node_id: '3', prompt_id: 'p', display_node_id: '3', parent_node_id: null, real_node_id: '3' };
const events = {
  start: { type: 'execution_start', data: { prompt_id: 'p', timestamp: 1 } },
  cached: { type: 'execution_cached', data: { nodes: [], prompt_id: 'p', timestamp: 1 } },
  executing: { type: 'executing', data: { node: '3', display_node: '3', prompt_id: 'p' } },
  state: { type: 'progress_state', data: { prompt_id: 'p', nodes: {} } },
  preview: { type: 'preview', image: Buffer.from('jpeg'), format: 'jpeg', metadata },
  progress: { type: 'progress', data: { value: 1, max: 2, prompt_id: 'p', node: '3' } },
  executed: { type: 'executed', data: { node: '3', display_node: '3', output: null, prompt_id: 'p' } },
  interrupted: {
    type: 'execution_interrupted',
    data: { prompt_id: 'p', node_id: '3', node_type: 'T', executed: [], timestamp: 1 },
  },
  success: { type: 'execution_success', data: { prompt_id: 'p', timestamp: 1 } },
  end: { type: 'executing', data: { node: null, prompt_id: 'p' } },
  text: { type: 'text', nodeId: '3', text: 'hello' },
  custom: { type: 'custom', name: 'my.event', data: { a: 1n } },
} as const satisfies Record<string, ExecutionEvent>;

type EventName = keyof typeof events;

function run(clientId: string | null, ...names: readonly EventName[]): void {
  for (const name of names) server.events.publish({ kind: 'run', promptId: 'p', clientId, event: events[name] });
}

/** A marker that every registered socket receives, to know that everything before it was sent. */
const mark = (): void => server.events.publish({ kind: 'queue', remaining: 77 });
const isMark = (data: Record<string, unknown>): boolean => JSON.stringify(data['status']).includes('77');

async function heard(client: SocketClient): Promise<string[]> {
  const messages = await client.until('status', isMark);
  return client.summary.slice(1, messages.length - 1);
}

describe('the greeting', () => {
  test('is a status with the id of the socket', async () => {
    const client = await connect('/api/ws?clientId=any%20text');
    expect(client.received[0]).toEqual({
      type: 'status',
      data: { status: { exec_info: { queue_remaining: 0 } }, sid: 'any text' },
    });
  });

  test.each(['/ws', '/ws?clientId='])('of %s makes an id of 32 digits', async path => {
    const client = await connect(path);
    expect(client.received[0]).toMatchObject({ data: { sid: expect.stringMatching(/^[0-9a-f]{32}$/) } });
  });

  test('counts what waits', async () => {
    await server.post('/prompt', { prompt: { 1: { class_type: 'SaveImage', inputs: {} } } });
    expect((await connect()).summary).toEqual(['status 1']);
  });
});

describe('feature flags', () => {
  const hello = { type: 'feature_flags', data: { supports_preview_metadata: true } };

  test('are answered with those of the server', async () => {
    const client = await connect('/ws?clientId=a');
    client.sendJson(hello);
    await client.first(2);
    const flags = (await server.send('/features')).json();
    expect(client.received[1]).toEqual({ type: 'feature_flags', data: flags });
  });

  test('count only as the first message', async () => {
    const client = await connect('/ws?clientId=a');
    client.sendJson({ type: 'hello' });
    client.sendJson(hello);
    client.socket.ping();
    await new Promise(resolve => client.socket.once('pong', resolve));
    run('a', 'preview', 'progress');
    mark();
    expect(await heard(client)).toEqual(['progress', 'binary 1']);
  });

  test('are still open after garbage, and garbage is ignored', async () => {
    const client = await connect('/ws?clientId=a');
    client.socket.send('this is not json');
    client.socket.send(Buffer.from([1, 2, 3]));
    client.sendJson(hello);
    expect((await client.first(2))[1]).toMatchObject({ type: 'feature_flags' });
  });
});

test('flags belong to a connection: who comes back negotiates again', async () => {
  const first = await connect('/ws?clientId=a');
  first.sendJson({ type: 'feature_flags', data: { supports_preview_metadata: true } });
  await first.first(2);
  const again = await connect('/ws?clientId=a');
  run('a', 'preview', 'progress');
  mark();
  expect(await heard(again)).toEqual(['progress', 'binary 1']);
});

test('compression is not agreed to', async () => {
  const client = await connect('/ws?clientId=a', { 'sec-websocket-extensions': 'permessage-deflate' });
  expect(client.socket.extensions).toBe('');
});

describe('delivery', () => {
  test('a run is told to its client alone, the queue to everybody', async () => {
    const [a, b, nobody] = [await connect('/ws?clientId=a'), await connect('/ws?clientId=b'), await connect()];
    run('a', 'start', 'cached', 'state', 'executing', 'progress', 'executed', 'success');
    server.events.publish({ kind: 'queue', remaining: 0 });
    run('a', 'end');
    mark();
    expect(await heard(a)).toEqual([
      'execution_start',
      'execution_cached',
      'progress_state',
      'executing',
      'progress',
      'executed',
      'execution_success',
      'status 0',
      'executing',
    ]);
    expect(await heard(b)).toEqual(['status 0']);
    expect(await heard(nobody)).toEqual(['status 0']);
  });

  test('without a client id part of it goes to everybody and all of it to anonymous sockets', async () => {
    const [a, nobody] = [await connect('/ws?clientId=a'), await connect()];
    run(
      null,
      'start',
      'cached',
      'state',
      'executing',
      'preview',
      'progress',
      'executed',
      'success',
      'interrupted',
      'end',
    );
    mark();
    expect(await heard(a)).toEqual(['progress_state', 'progress', 'binary 1', 'execution_interrupted']);
    expect(await heard(nobody)).toEqual([
      'execution_start',
      'execution_cached',
      'progress_state',
      'executing',
      'progress',
      'executed',
      'execution_success',
      'execution_interrupted',
      'executing',
    ]);
  });

  test('an empty client id belongs to nobody', async () => {
    const nobody = await connect('/ws?clientId=');
    run('', 'start', 'state', 'executing', 'end');
    mark();
    expect(await heard(nobody)).toEqual([]);
  });

  test('texts and events of nodes go to everybody; texts only where frames are understood', async () => {
    const [b, nobody] = [await connect('/ws?clientId=b'), await connect()];
    run('a', 'text', 'custom');
    mark();
    expect(await heard(b)).toEqual(['binary 3', 'my.event']);
    expect(await heard(nobody)).toEqual(['my.event']);
  });

  test('an anonymous socket whose id is used for a prompt gets everything of it', async () => {
    const page = await connect();
    const { sid } = (page.received[0] as unknown as { data: { sid: string } }).data;
    run(sid, 'start', 'preview', 'progress');
    mark();
    expect(await heard(page)).toEqual(['execution_start', 'progress', 'binary 1']);
  });
});

describe('previews', () => {
  test('with metadata come before the progress, without it after', async () => {
    const [a, b] = [await connect('/ws?clientId=a'), await connect('/ws?clientId=b')];
    a.sendJson({ type: 'feature_flags', data: { supports_preview_metadata: true } });
    await a.first(2);
    for (const id of ['a', 'b']) run(id, 'state', 'preview', 'progress');
    mark();
    expect(await heard(a)).toEqual(['feature_flags', 'progress_state', 'binary 4', 'progress']);
    expect(await heard(b)).toEqual(['progress_state', 'progress', 'binary 1']);
    const frame = b.received.find(message => 'binary' in message) as { binary: Buffer };
    expect(frame.binary).toEqual(Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), Buffer.from('jpeg')]));
  });

  test('without a following progress come before whatever follows', async () => {
    const a = await connect('/ws?clientId=a');
    run('a', 'preview', 'executed', 'preview', 'preview', 'state');
    mark();
    expect((await heard(a)).filter(name => name !== 'binary 1')).toEqual(['executed', 'progress_state']);
    expect((await heard(a))[0]).toBe('binary 1');
  });

  test('of prompts without a client id are plain for everybody', async () => {
    const a = await connect('/ws?clientId=a');
    a.sendJson({ type: 'feature_flags', data: { supports_preview_metadata: true } });
    await a.first(2);
    run(null, 'preview', 'progress');
    mark();
    expect(await heard(a)).toEqual(['feature_flags', 'progress', 'binary 1']);
  });
});

describe('coming back', () => {
  test('a client that connects during its run is told the node', async () => {
    await connect('/ws?clientId=a');
    run('a', 'start', 'executing');
    const again = await connect('/ws?clientId=a');
    await again.first(2);
    expect(again.received[1]).toEqual({ type: 'executing', data: { node: '3' } });
    run('a', 'progress');
    expect((await again.first(3))[2]).toMatchObject({ type: 'progress' });
  });

  test('a newer socket takes over, and the end of the old one changes nothing', async () => {
    const old = await connect('/ws?clientId=a');
    const latest = await connect('/ws?clientId=a');
    run('a', 'start');
    mark();
    expect(await heard(latest)).toEqual(['execution_start']);
    await old.close();
    run('a', 'success');
    await latest.until('execution_success');
    expect(old.summary).toEqual(['status 0']);
  });

  test('what a client missed is delivered once, in order, after the status', async () => {
    run('a', 'start', 'executing', 'preview', 'progress', 'executed', 'success', 'end');
    const client = await connect('/ws?clientId=a');
    mark();
    expect(await heard(client)).toEqual([
      'execution_start',
      'executing',
      'progress',
      'executed',
      'execution_success',
      'executing',
    ]);
    await client.close();
    const again = await connect('/ws?clientId=a');
    server.events.publish({ kind: 'queue', remaining: 5 });
    await again.first(2);
    expect(again.summary).toEqual(['status 77', 'status 5']);
  });

  test('what was delivered before a drop is not repeated', async () => {
    const client = await connect('/ws?clientId=a');
    run('a', 'start');
    await client.until('execution_start');
    await client.close();
    run('a', 'success');
    const again = await connect('/ws?clientId=a');
    mark();
    expect(await heard(again)).toEqual(['execution_success']);
  });
});

describe('refusals', () => {
  test('a plain GET explains itself', async () => {
    for (const path of ['/ws', '/api/ws']) {
      const answer = await server.send(path);
      expect([answer.status, answer.text]).toEqual([
        400,
        'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".',
      ]);
    }
  });

  test('foreign pages cannot connect', async () => {
    const client = new SocketClient(server.port, '/ws', { origin: 'http://evil.example' });
    clients.push(client);
    await expect(client.first(1)).rejects.toThrow('403');
  });

  test('other paths have no socket', async () => {
    const client = new SocketClient(server.port, '/nothing');
    clients.push(client);
    await expect(client.first(1)).rejects.toThrow('404');
  });

  test('a message beyond four megabytes closes its socket', async () => {
    const client = await connect();
    client.socket.send('x'.repeat(4 * 1024 * 1024 + 1));
    expect(await client.closed).toEqual({ code: 1009 });
  });
});

test('closing the server closes its sockets', async () => {
  const client = await connect();
  await server.server.close();
  expect(await client.closed).toEqual({ code: 1001 });
});

test('an event that cannot be encoded does not stop the others', async () => {
  const client = await connect('/ws?clientId=a');
  const data = { broken: Symbol('no JSON') } as unknown as Record<string, never>;
  server.events.publish({ kind: 'run', promptId: 'p', clientId: 'a', event: { type: 'custom', name: 'x', data } });
  run('a', 'start');
  await client.until('execution_start');
});

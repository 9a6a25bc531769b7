// Routes that only the web front end uses: log, folders, files by age (spec http.md 11).
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { LogRing } from '../src/index.ts';
import { SocketClient } from './socket-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
const sockets: SocketClient[] = [];
afterEach(async () => {
  await Promise.all(sockets.splice(0).map(socket => socket.close()));
  await server.close();
});

/** A server whose own log goes into the ring, as the command line has it. */
async function start(options: Parameters<typeof startTestServer>[0] = {}): Promise<LogRing> {
  const logs = new LogRing({ now: () => new Date(2026, 0, 31, 13, 5, 7, 45).getTime() });
  const log = (_details: object, message: string): void => logs.add(message);
  const logger = { debug: () => {}, info: log, warn: log, error: log };
  server = await startTestServer({ logs, logger, ...options });
  return logs;
}

async function connect(clientId: string): Promise<SocketClient> {
  const socket = new SocketClient(server.port, `/ws?clientId=${clientId}`);
  sockets.push(socket);
  await socket.until('status');
  return socket;
}

const subscribe = (body: unknown) =>
  server.send('/internal/logs/subscribe', { method: 'PATCH', body: JSON.stringify(body) });

const prompt = { '1': { class_type: 'SaveImage', inputs: {} } };

describe('the log', () => {
  test('is one text, or entries with local time and the size of the terminal', async () => {
    const logs = await start();
    logs.add('one');
    logs.add('two\nlines');
    expect((await server.send('/internal/logs')).json()).toBe(
      '2026-01-31T13:05:07.045000 - one\n2026-01-31T13:05:07.045000 - two\nlines\n',
    );
    expect((await server.send('/internal/logs/raw')).json()).toEqual({
      entries: [
        { t: '2026-01-31T13:05:07.045000', m: 'one\n' },
        { t: '2026-01-31T13:05:07.045000', m: 'two\nlines\n' },
      ],
      size: { cols: 80, rows: 24 },
    });
  });

  test('keeps the last 300 lines, and no line without end', async () => {
    const logs = await start();
    for (let line = 1; line <= 305; line++) logs.add(String(line));
    logs.add('x'.repeat(1_000_000));
    const { entries } = (await server.send('/internal/logs/raw')).json() as { entries: { m: string }[] };
    expect([entries.length, entries[0]?.m]).toEqual([300, '7\n']);
    expect(entries.at(-1)?.m.length).toBeLessThan(20_000);
  });

  test('has no secrets', async () => {
    const logs = await start();
    logs.add('failed: {"api_key_comfy_org": "comfy-123", "x": 1}');
    logs.add('GET http://me:pa55@host/x?token=abc&y=1');
    logs.add('Authorization: Bearer abcdefgh12345');
    logs.add('using hf_abcdefghijklmnopqrstuvwx and tokens: 77');
    const text = (await server.send('/internal/logs')).json() as string;
    for (const secret of ['comfy-123', 'pa55', 'abc&', 'abcdefgh12345', 'hf_abc']) expect(text).not.toContain(secret);
    expect(text).toContain('"x": 1');
    expect(text).toContain('@host/x?token=***&y=1');
    expect(text).toContain('tokens: 77');
  });

  test('is empty when nobody feeds it', async () => {
    server = await startTestServer();
    expect((await server.send('/internal/logs')).json()).toBe('');
    expect((await server.send('/internal/logs/raw')).json()).toMatchObject({ entries: [] });
  });
});

describe('subscribers of the log', () => {
  test('get new lines, until they do not want them any more', async () => {
    const logs = await start();
    logs.add('before');
    const socket = await connect('a');
    expect((await subscribe({ clientId: 'a', enabled: true })).status).toBe(200);
    logs.add('first');
    logs.add('second');
    const message = (await socket.until('logs')).at(-1);
    expect(message).toMatchObject({ data: { entries: [{ m: 'first\n' }, { m: 'second\n' }], size: null } });
    expect((await subscribe({ clientId: 'a', enabled: false })).text).toBe('');
    logs.add('after');
    server.events.publish({ kind: 'queue', remaining: 5 });
    await socket.until('status', ({ status }) => JSON.stringify(status).includes('5'));
    expect(socket.summary.filter(type => type === 'logs')).toHaveLength(1);
  });

  test('hear of prompts and how long they took', async () => {
    await start();
    const socket = await connect('a');
    await subscribe({ clientId: 'a', enabled: true });
    const { prompt_id } = (await server.post('/prompt', { prompt, client_id: 'a' })).json() as { prompt_id: string };
    const run = { kind: 'run', promptId: prompt_id, clientId: 'a' } as const;
    server.events.publish({ ...run, event: { type: 'execution_start', data: { prompt_id, timestamp: 1 } } });
    server.events.publish({ ...run, event: { type: 'executing', data: { node: null, prompt_id } } });
    await socket.until('logs', ({ entries }) => JSON.stringify(entries).includes('Prompt executed in 0.0'));
    expect(socket.summary).toEqual(['status 0', 'logs', 'status 1', 'execution_start', 'executing', 'logs']);
  });

  test('are told when the size of the terminal changed, once', async () => {
    let cols = 80;
    const logs = new LogRing({ terminalSize: () => ({ cols, rows: 24 }) });
    server = await startTestServer({ logs });
    const socket = await connect('a');
    await subscribe({ clientId: 'a', enabled: true });
    cols = 100;
    logs.add('wide');
    await socket.until('logs', ({ size }) => size !== null);
    logs.add('still wide');
    await socket.until('logs', ({ entries }) => JSON.stringify(entries).includes('still'));
    expect(socket.received.at(-1)).toMatchObject({ data: { size: null } });
  });

  test('that are gone are dropped: a later socket of the same name has to ask again', async () => {
    const logs = await start();
    await subscribe({ clientId: 'a', enabled: true });
    logs.add('nobody hears this');
    await server.send('/internal/logs');
    const socket = await connect('a');
    logs.add('nor this');
    server.events.publish({ kind: 'queue', remaining: 5 });
    await socket.until('status', ({ status }) => JSON.stringify(status).includes('5'));
    expect(socket.summary).not.toContain('logs');
  });

  test.each([
    ['{"enabled": true}', 400],
    ['{"clientId": 7, "enabled": true}', 400],
    ['[]', 500],
    ['', 500],
    ['{"clientId": "nobody", "enabled": false}', 200],
    ['{"clientId": "nobody"}', 200],
  ])('%s is answered with %i', async (body, status) => {
    await start();
    expect((await server.send('/internal/logs/subscribe', { method: 'PATCH', body })).status).toBe(status);
  });

  test('PATCH is the only way to subscribe', async () => {
    await start();
    const answer = await server.send('/internal/logs/subscribe', { method: 'POST', body: '{}' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'PATCH']);
  });
});

describe('folders and files', () => {
  test('GET /internal/folder_paths lists the folders of every key', async () => {
    await start();
    expect((await server.send('/internal/folder_paths')).json()).toMatchObject({
      checkpoints: ['/models/checkpoints'],
      configs: [],
    });
  });

  test('GET /internal/files lists the files at the top of a place, the newest first', async () => {
    await start();
    const folder = join(server.folder, 'input');
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub/deep.png'), '');
    for (const [name, seconds] of [
      ['old.png', 10],
      ['new.txt', 30],
      ['b.png', 20],
      ['a.png', 20],
    ] as const) {
      await writeFile(join(folder, name), '');
      await utimes(join(folder, name), seconds, seconds);
    }
    await symlink('/etc/hostname', join(folder, 'escape.png'));
    expect((await server.send('/internal/files/input')).json()).toEqual(['new.txt', 'a.png', 'b.png', 'old.png']);
    expect((await server.send('/internal/files/output')).json()).toEqual([]);
  });

  test.each(['nope', '..', '%2e%2e%2finput', 'INPUT', '__proto__'])('GET /internal/files/%s is 400', async place => {
    await start();
    const answer = await server.send(`/internal/files/${place}`);
    expect([answer.status, answer.text]).toEqual([400, '{"error":"Invalid directory type"}']);
  });

  test('nothing internal has an /api form', async () => {
    await start();
    for (const path of ['logs', 'logs/raw', 'folder_paths', 'files/output']) {
      expect((await server.send(`/api/internal/${path}`)).status).toBe(404);
    }
  });
});

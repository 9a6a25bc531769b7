// The look through the folders, and several users of one index (spec http.md section 12).
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AssetServer, startAssetServer } from './asset-server.ts';
import type { Answer } from './http-client.ts';
import { SocketClient } from './socket-client.ts';

type Json = Record<string, unknown> & { readonly id: string; readonly tags: readonly string[] };

let host: AssetServer;

beforeEach(async () => {
  host = await startAssetServer();
});

afterEach(() => host.close());

const get = (path: string): Promise<Answer> => host.server.send(path);
const json = async (path: string): Promise<Json> => (await get(path)).json() as Json;
const sendJson = (method: string, path: string, body: unknown): Promise<Answer> =>
  host.server.send(path, { method, body: typeof body === 'string' ? body : JSON.stringify(body) });
const codeOf = (answer: Answer): unknown => [answer.status, (answer.json() as { error: { code: string } }).error.code];
const namesIn = (page: Json): unknown => (page['assets'] as { name: string }[]).map(({ name }) => name);

describe('looking through the folders', () => {
  test('finds files, marks those that are gone, and forgets them when asked to', async () => {
    await host.put('models/checkpoints/sub/m.safetensors', 'model');
    await host.put('models/checkpoints/notes.txt', 'no model');
    await host.put('output/o.png', 'picture');
    await host.put('input/.hidden', 'hidden');
    await host.put('input/i.png', 'picture');
    const socket = new SocketClient(host.server.port);
    await socket.until('status');
    const seeded = await sendJson('POST', '/api/assets/seed?wait=true', '{}');
    const roots = ['models', 'input', 'output'];
    expect(seeded.json()).toEqual({ roots, total: 3, created: 3, updated: 0, skipped: 0, missing: 0, hashed: 0 });
    await socket.until('assets.seed.completed');
    expect(socket.summary.filter(type => type.startsWith('assets'))).toEqual([
      'assets.seed.started',
      'assets.seed.fast_complete',
      'assets.seed.completed',
    ]);
    await socket.close();
    const page = await json('/api/assets?sort=name&order=asc');
    expect((page['assets'] as Json[]).map(asset => [asset['loader_path'], asset.tags])).toEqual([
      ['i.png', ['input']],
      ['sub/m.safetensors', ['model_type:checkpoints', 'models']],
      ['o.png [output]', ['output']],
    ]);
    await rm(join(host.base, 'input', 'i.png'));
    await host.put('output/o.png', 'other picture');
    const again = (await sendJson('POST', '/api/assets/seed?wait=true', { roots: ['input', 'output'] })).json();
    expect(again).toMatchObject({ roots: ['input', 'output'], updated: 1, missing: 1, created: 0 });
    expect(namesIn(await json('/api/assets?tags_all=missing'))).toEqual(['i.png']);
    expect((await sendJson('POST', '/api/assets/prune', '')).json()).toEqual({ status: 'completed', removed: 1 });
    expect((await json('/api/assets'))['total']).toBe(2);
  });

  test('happens once at a time, can be watched and ended', async () => {
    for (let i = 0; i < 200; i++) await host.put(`input/${i}.txt`, String(i));
    expect((await json('/api/assets/seed/status'))['state']).toBe('idle');
    const answers = await Promise.all([
      sendJson('POST', '/api/assets/seed', ''),
      sendJson('POST', '/api/assets/seed', ''),
      sendJson('POST', '/api/assets/seed/cancel', ''),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 409, 200]);
    expect(answers.map(answer => (answer.json() as Record<string, string>)['status'])).toEqual([
      'started',
      'already_running',
      'cancelling',
    ]);
    expect((await sendJson('POST', '/api/assets/seed', { roots: ['temp'] })).status).toBe(400);
  });

  test('is not needed for results and uploads of the other routes', async () => {
    await host.put('output/r_00001_.png', 'result');
    const output = { images: [{ filename: 'r_00001_.png', subfolder: '', type: 'output' }] };
    const registered = new Promise<void>(resolve => {
      const register = host.assets.register.bind(host.assets);
      host.assets.register = async (path, details) => register(path, details).finally(resolve);
    });
    host.server.events.publish({
      kind: 'run',
      promptId: 'p1',
      clientId: null,
      event: { type: 'executed', data: { node: '9', display_node: '9', output, prompt_id: 'p1' } },
    });
    await registered;
    const page = await json('/api/assets');
    expect(page['assets']).toMatchObject([{ name: 'r_00001_.png', job_id: 'p1', prompt_id: 'p1', tags: ['output'] }]);
  });
});

describe('with several users', () => {
  let bob: Record<string, string>;
  let eve: Record<string, string>;

  beforeEach(async () => {
    await host.close();
    host = await startAssetServer({ isMultiUser: true });
    const add = async (username: string) => ({
      'comfy-user': (await host.server.post('/users', { username })).json() as string,
    });
    [bob, eve] = [await add('bob'), await add('eve')];
  });

  test('everybody sees what was found, and of what was uploaded only their own', async () => {
    await host.put('output/shared.png', 'shared');
    await host.server.send('/api/assets/seed?wait=true', { method: 'POST', headers: bob });
    const parts = [
      { name: 'tags', value: 'input,secret' },
      { name: 'file', value: 'abc', filename: 'own.txt' },
    ];
    const { id } = (await host.upload(parts, bob)).json() as Json;
    const namesFor = async (headers: Record<string, string>) =>
      namesIn((await host.server.send('/api/assets?sort=name', { headers })).json() as Json);
    expect(await namesFor(bob)).toEqual(['shared.png', 'own.txt']);
    expect(await namesFor(eve)).toEqual(['shared.png']);
    expect(codeOf(await host.server.send(`/api/assets/${id}`, { headers: eve }))).toEqual([404, 'ASSET_NOT_FOUND']);
    const tags = (await host.server.send('/api/tags', { headers: eve })).json();
    expect(tags).toMatchObject({ tags: [{ name: 'output', count: 1 }], total: 1 });
    expect((await host.upload(parts, eve)).json()).toMatchObject({ created_new: true });
  });

  test('nobody changes what belongs to everybody, and strangers see nothing', async () => {
    await host.put('output/shared.png', 'shared');
    await host.server.send('/api/assets/seed?wait=true', { method: 'POST', headers: bob });
    const page = (await host.server.send('/api/assets', { headers: bob })).json() as { assets: Json[] };
    const removal = { method: 'DELETE', headers: bob };
    expect(codeOf(await host.server.send(`/api/assets/${page.assets[0]?.id}`, removal))).toEqual([403, 'FORBIDDEN']);
    expect(codeOf(await get('/api/assets'))).toEqual([403, 'FORBIDDEN']);
  });
});

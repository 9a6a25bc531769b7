// Settings, users and their files as a front end uses them, against the built command.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const post = (server: ServerProcess, path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { method: 'POST', body, headers });

describe('a server for one person', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess();
  });

  afterAll(() => server[Symbol.asyncDispose]());

  it('keeps settings in the file that the reference keeps them in', async () => {
    expect((await post(server, '/api/settings', '{"Comfy.Locale":"de","x":1.0}')).status).toBe(200);
    expect(await (await fetch(`${server.url}/api/settings/Comfy.Locale`)).text()).toBe('"de"');
    const path = join(server.base, 'user', 'default', 'comfy.settings.json');
    expect(await readFile(path, 'utf8')).toBe('{\n    "Comfy.Locale": "de",\n    "x": 1.0\n}');
  });

  it('keeps workflows, and says in the reason phrase why a name cannot be used', async () => {
    expect((await post(server, '/api/userdata/workflows%2Fa.json?overwrite=false', '{}')).status).toBe(200);
    const listed = await fetch(`${server.url}/api/userdata?dir=workflows&recurse=true&split=false&full_info=true`);
    expect(await listed.json()).toMatchObject([{ path: 'a.json', size: 2 }]);
    const refused = await post(server, `/api/userdata/${'x'.repeat(300)}`, '{}');
    expect([refused.status, refused.statusText]).toEqual([
      400,
      'Invalid filename. Please avoid special characters like :\\/*?"<>|',
    ]);
  });
});

it('--multi-user keeps people apart, and they stay known after a restart', async () => {
  let id = '';
  let base = '';
  const first = await startServerProcess({ flags: ['--multi-user'] });
  try {
    base = first.base;
    expect(first.log).not.toContain('--multi-user');
    id = (await (await post(first, '/users', '{"username":"bob"}')).json()) as string;
    expect((await post(first, '/settings/a', '5', { 'comfy-user': id })).status).toBe(200);
    expect((await post(first, '/settings/a', '5', { 'comfy-user': 'eve' })).status).toBe(401);
    expect((await post(first, '/settings/a', '5')).status).toBe(401);
  } finally {
    await first.end('SIGTERM');
  }
  await using second = await startServerProcess({ base, flags: ['--multi-user'] });
  expect(await (await fetch(`${second.url}/users`)).json()).toEqual({ storage: 'server', users: { [id]: 'bob' } });
  const answer = await fetch(`${second.url}/settings`, { headers: { 'comfy-user': id } });
  expect(await answer.text()).toBe('{"a":5}');
});

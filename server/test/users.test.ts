// Users and settings over real HTTP and a real disk (spec http.md section 10).
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

afterEach(() => server.close());

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  server.send(path, { method: 'POST', body, headers });
const textOf = async (path: string, headers: Record<string, string> = {}) =>
  (await server.send(path, { headers })).text;

describe('a server for one person', () => {
  test('ignores who asks and says whether anything is stored', async () => {
    server = await startTestServer();
    expect(await textOf('/users')).toBe('{"storage":"server","migrated":false}');
    expect((await post('/settings', '{"a":1}', { 'comfy-user': 'nobody' })).status).toBe(200);
    expect(await textOf('/api/users')).toBe('{"storage":"server","migrated":true}');
    expect(await textOf('/settings', { 'comfy-user': 'somebody' })).toBe('{"a":1}');
  });

  test('keeps settings exactly as they were sent', async () => {
    server = await startTestServer();
    expect(await textOf('/settings')).toBe('{}');
    const settings = '{"seed":18446744073709551615,"cfg":5.0,"10":{"b":1,"2":null},"__proto__":[],"ü":"\\ud83d"}';
    const answer = await post('/api/settings', settings, { 'content-type': 'text/plain' });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(await textOf('/settings')).toBe(settings);
    expect(await textOf('/settings/cfg')).toBe('5.0');
    expect(await textOf('/settings/%C3%BC')).toBe('"\\ud83d"');
    expect(await textOf('/settings/__proto__')).toBe('[]');
    expect(await textOf('/settings/toString')).toBe('null');
  });

  test('sets one setting, whatever it is called', async () => {
    server = await startTestServer();
    for (const name of ['Comfy.Locale', 'a%2Fb']) {
      expect((await post(`/settings/${name}`, '{"deep":[1.0]}')).status).toBe(200);
      expect(await textOf(`/settings/${name}`)).toBe('{"deep":[1.0]}');
    }
    expect(await textOf('/settings')).toBe('{"Comfy.Locale":{"deep":[1.0]},"a/b":{"deep":[1.0]}}');
  });

  test.each(['', '{bad', '[]', '[["k",1]]', '5', 'null', '{"a":1} x'])(
    'refuses %j as settings and keeps the old ones',
    async body => {
      server = await startTestServer();
      await post('/settings', '{"a":1}');
      expect((await post('/settings', body)).status).toBeGreaterThanOrEqual(400);
      expect(await textOf('/settings')).toBe('{"a":1}');
    },
  );

  test('loses nothing between many clients', async () => {
    server = await startTestServer();
    const names = Array.from({ length: 40 }, (_, i) => `s${i}`);
    await Promise.all(names.map((name, i) => post(`/settings/${name}`, String(i))));
    expect(Object.keys(JSON.parse(await textOf('/settings'))).sort()).toEqual([...names].sort());
  });

  test('answers wrong methods with those that there are', async () => {
    server = await startTestServer();
    const answer = await server.send('/settings/x', { method: 'DELETE' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET,HEAD,POST']);
  });
});

describe('a server for several people', () => {
  const start = async (): Promise<string> => {
    server = await startTestServer({ isMultiUser: true });
    return (await post('/users', '{"username":"Bob B."}')).json() as string;
  };

  test('lists them and gives new ones an id', async () => {
    const id = await start();
    expect(id).toMatch(/^Bob-B-_[0-9a-f-]{36}$/);
    expect((await server.send('/users')).json()).toEqual({ storage: 'server', users: { [id]: 'Bob B.' } });
  });

  test.each([
    ['{"username":"Bob B."}', 'Duplicate username.'],
    ['{"username":""}', 'Invalid username: it is blank.'],
    ['{"username":"  "}', 'Invalid username: it is blank.'],
    ['{"username":"__x"}', 'Invalid username: names that start with "__" belong to the server.'],
    ['{"username":5}', 'A username is required.'],
    ['{}', 'A username is required.'],
    ['[]', 'A username is required.'],
  ])('refuses %s', async (body, error) => {
    await start();
    const answer = await post('/users', body);
    expect([answer.status, answer.json()]).toEqual([400, { error }]);
  });

  test('keeps what they store apart', async () => {
    const bob = await start();
    const eve = (await post('/users', '{"username":"eve"}')).json() as string;
    await post('/settings/theme', '"dark"', { 'comfy-user': bob });
    await post('/userdata/a.txt', 'secret', { 'Comfy-User': bob });
    expect(await textOf('/settings', { 'comfy-user': bob })).toBe('{"theme":"dark"}');
    expect(await textOf('/settings', { 'comfy-user': eve })).toBe('{}');
    expect(await textOf('/userdata/a.txt', { 'comfy-user': bob })).toBe('secret');
    expect((await server.send('/userdata/a.txt', { headers: { 'comfy-user': eve } })).status).toBe(404);
    expect((await server.send(`/userdata/..%2F${bob}%2Fa.txt`, { headers: { 'comfy-user': eve } })).status).toBe(403);
  });

  test.each([undefined, 'nobody', 'default', '__manager', '..', '../x', ''])('does not know %j', async id => {
    await start();
    await mkdir(join(server.folder, 'user', '__manager'), { recursive: true });
    const headers: Record<string, string> = id === undefined ? {} : { 'comfy-user': id };
    const statusOf = async (path: string, method: string): Promise<number> =>
      (await server.send(path, { method, headers, ...(method === 'POST' && { body: '{}' }) })).status;
    expect(await statusOf('/settings', 'GET')).toBe(401);
    expect(await statusOf('/settings/x', 'GET')).toBe(401);
    expect(await statusOf('/settings', 'POST')).toBe(401);
    expect(await statusOf('/userdata?dir=.', 'GET')).toBe(401);
    expect(await statusOf('/userdata/x', 'POST')).toBe(401);
    expect(await statusOf('/userdata/x', 'DELETE')).toBe(401);
    const tree = await server.send('/v2/userdata', { headers });
    expect([tree.status, tree.text]).toEqual([403, 'Invalid user specified in request']);
  });

  test('never replaces a list of users that it cannot read', async () => {
    await start();
    await writeFile(join(server.folder, 'user', 'users.json'), '{"bob"');
    expect((await server.send('/users')).status).toBe(500);
    expect((await post('/users', '{"username":"eve"}')).status).toBe(500);
  });
});

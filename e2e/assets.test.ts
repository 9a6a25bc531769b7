// Assets against the built command: off by default; with the flag, files of before and results of runs are there.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonObject, stringifyLossless } from '@snug/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { at, colourPrompt, getJson, openSocket } from './prompts.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess({ flags: ['--enable-assets', '--enable-asset-hashing'] });
});

afterAll(() => server[Symbol.asyncDispose]());

const list = (query: string): Promise<unknown> => getJson(`${server.url}/api/assets?${query}`);

it('are announced, and files that were put into the folders are found by their content', async () => {
  expect(await getJson(`${server.url}/features`)).toHaveProperty('assets', true);
  await mkdir(join(server.base, 'models', 'loras'), { recursive: true });
  await writeFile(join(server.base, 'models', 'loras', 'style.safetensors'), 'abc');
  for (let isDone = false; !isDone; ) {
    const answer = await fetch(`${server.url}/api/assets/seed?wait=true`, { method: 'POST' });
    isDone = answer.status === 200; // 409 while the look of the start goes on
  }
  const hash = 'blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85';
  expect((await fetch(`${server.url}/api/assets/hash/${hash}`, { method: 'HEAD' })).status).toBe(200);
  expect(at((await list('tags_all=model_type:loras')) as JsonObject, 'assets', 0, 'loader_path')).toBe(
    'style.safetensors',
  );
});

it('know the results of runs, and keep them through a restart', async () => {
  const log = await openSocket(server.url, 'e2e-assets');
  const body = stringifyLossless({ prompt: colourPrompt({ prefix: 'asset' }) as JsonObject, client_id: 'e2e-assets' });
  const response = await fetch(`${server.url}/prompt`, { method: 'POST', body });
  const { prompt_id: id } = (await response.json()) as { prompt_id: string };
  await log.ended(id);
  log.socket.close();
  const told = log.messages.find(({ type }) => type === 'executed')?.data['output'];
  const recorded = at(await getJson(`${server.url}/history/${id}`), id, 'outputs', '2');
  expect(at(told, 'images', 0)).toMatchObject({ filename: 'asset_00001_.png', id: expect.any(String) });
  expect(recorded).toEqual(told);
  let found = (await list('name_contains=asset_')) as JsonObject;
  while (found['total'] !== 1) found = (await list('name_contains=asset_')) as JsonObject;
  expect(at(found, 'assets', 0)).toMatchObject({
    id: at(told, 'images', 0, 'id'),
    job_id: id,
    mime_type: 'image/png',
    loader_path: 'asset_00001_.png [output]',
  });
  const content = await fetch(`${server.url}${String(at(found, 'assets', 0, 'preview_url'))}`);
  expect(content.headers.get('content-type')).toBe('image/png');

  const before = at(found, 'assets', 0, 'id');
  await server.end('SIGTERM');
  server = await startServerProcess({ base: server.base, flags: ['--enable-assets'] });
  expect(at((await list('name_contains=asset_')) as JsonObject, 'assets', 0, 'id')).toBe(before);
});

it('are off without the flag', async () => {
  await using plain = await startServerProcess();
  const answer = await fetch(`${plain.url}/api/assets`);
  expect([answer.status, await answer.json()]).toMatchObject([503, { error: { code: 'SERVICE_DISABLED' } }]);
});

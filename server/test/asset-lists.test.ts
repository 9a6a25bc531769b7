// Filtered lists, cursors and tags of assets (spec http.md section 12).
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AssetServer, startAssetServer } from './asset-server.ts';
import type { Answer } from './http-client.ts';

type Json = Record<string, unknown> & { readonly id: string; readonly tags: readonly string[] };

let host: AssetServer;

beforeAll(async () => {
  host = await startAssetServer();
});

afterAll(() => host.close());

beforeEach(() => host.reset());

const get = (path: string): Promise<Answer> => host.server.send(path);
const json = async (path: string): Promise<Json> => (await get(path)).json() as Json;
const sendJson = (method: string, path: string, body: unknown): Promise<Answer> =>
  host.server.send(path, { method, body: typeof body === 'string' ? body : JSON.stringify(body) });
const codeOf = (answer: Answer): unknown => [answer.status, (answer.json() as { error: { code: string } }).error.code];
const upload = async (value: string, more: { tags?: string; filename?: string } = {}): Promise<Json> => {
  const { tags = 'input', filename = 'a.txt' } = more;
  const answer = await host.upload([
    { name: 'tags', value: tags },
    { name: 'file', value, filename },
  ]);
  return answer.json() as Json;
};
const namesIn = (page: Json): unknown => (page['assets'] as { name: string }[]).map(({ name }) => name);

describe('lists', () => {
  beforeEach(async () => {
    await upload('1', { tags: 'input,red', filename: 'Übung.txt' });
    await upload('22', { tags: 'input,red,big', filename: 'beta.txt' });
    await upload('333', { tags: 'output,blue', filename: 'alpha%.txt' });
  });

  test.each([
    ['', ['alpha%.txt', 'beta.txt', 'Übung.txt']],
    ['sort=name&order=asc', ['alpha%.txt', 'beta.txt', 'Übung.txt']],
    ['sort=size&order=asc', ['Übung.txt', 'beta.txt', 'alpha%.txt']],
    ['tags_all=red,big', ['beta.txt']],
    ['tags_all=red&tags_all=big', ['beta.txt']],
    ['include_tags=input&exclude_tags=big', ['Übung.txt']],
    ['tags_any=blue,big', ['alpha%.txt', 'beta.txt']],
    ['tags_none=red', ['alpha%.txt']],
    ['tags_all=nope', []],
    ['name_contains=%C3%9CBU', ['Übung.txt']],
    ['name_contains=%25', ['alpha%.txt']],
    ['limit=1&offset=1', ['beta.txt']],
  ])('%s hold %j', async (query, names) => {
    const page = await json(`/api/assets?${query}`);
    expect(namesIn(page)).toEqual(names);
    if (!query.includes('limit')) expect(page['total']).toBe(names.length);
  });

  test.each(['created_at', 'updated_at', 'name', 'size', 'last_access_time'])(
    'by %s are walked through with cursors, in both directions',
    async sort => {
      const walk = async (order: string): Promise<unknown[]> => {
        const names: unknown[] = [];
        let query = '';
        for (let page = 0; page < 5; page++) {
          const found = await json(`/api/assets?limit=1&sort=${sort}&order=${order}${query}`);
          names.push(...(namesIn(found) as unknown[]));
          expect(found['total']).toBe(3);
          if (found['has_more'] !== true) break;
          query = `&after=${String(found['next_cursor'])}`;
        }
        return names;
      };
      const forward = await walk('asc');
      expect([...forward].sort()).toEqual(['alpha%.txt', 'beta.txt', 'Übung.txt']);
      expect(await walk('desc')).toEqual([...forward].reverse());
    },
  );

  test.each([
    ['limit=0', 'INVALID_QUERY'],
    ['limit=501', 'INVALID_QUERY'],
    ['limit=x', 'INVALID_QUERY'],
    ['offset=-1', 'INVALID_QUERY'],
    ['sort=colour', 'INVALID_QUERY'],
    ['order=up', 'INVALID_QUERY'],
    ['hash=12', 'INVALID_HASH'],
    ['after=nonsense', 'INVALID_CURSOR'],
    [`after=${Buffer.from('["name","asc","a",1]').toString('base64url')}`, 'INVALID_CURSOR'],
    [`after=${Buffer.from('["created_at","desc",{},1]').toString('base64url')}`, 'INVALID_CURSOR'],
    ['tags_all=a&tags_none=a', 'INVALID_TAG_FILTER'],
    [`tags_any=${'x'.repeat(201)}`, 'INVALID_TAG_FILTER'],
    ['metadata_filter={}', 'UNSUPPORTED_PARAM'],
  ])('%s are refused', async (query, code) => {
    expect(codeOf(await get(`/api/assets?${query}`))).toEqual([400, code]);
  });
});

describe('tags', () => {
  test('are given and taken; those of the place are protected', async () => {
    const { id } = await upload('abc', { tags: 'input,a' });
    const path = `/api/assets/${id}/tags`;
    expect((await sendJson('POST', path, { tags: ['b', 'a', ' b '] })).json()).toEqual({
      added: ['b'],
      already_present: ['a'],
      total_tags: ['a', 'b', 'input'],
    });
    expect((await sendJson('DELETE', path, { tags: ['a', 'x', 'input'] })).json()).toEqual({
      removed: ['a'],
      not_present: ['x'],
      total_tags: ['b', 'input'],
      protected: ['input'],
    });
    expect(codeOf(await sendJson('POST', path, { tags: ['missing'] }))).toEqual([400, 'SYSTEM_TAG_FORBIDDEN']);
    expect(codeOf(await sendJson('POST', path, { tags: [] }))).toEqual([400, 'INVALID_BODY']);
    expect(codeOf(await sendJson('POST', path, { tags: 'x' }))).toEqual([400, 'INVALID_BODY']);
    expect(codeOf(await sendJson('POST', '/api/assets/nope/tags', { tags: ['x'] }))).toEqual([404, 'ASSET_NOT_FOUND']);
  });

  test('are counted', async () => {
    await upload('1', { tags: 'input,a,b' });
    await upload('2', { tags: 'input,a' });
    await upload('3', { tags: 'output,ab' });
    expect(await json('/api/tags?limit=2')).toEqual({
      tags: [
        { name: 'a', count: 2 },
        { name: 'input', count: 2 },
      ],
      total: 5,
      has_more: true,
    });
    expect(await json('/api/tags?prefix=a&order=name_asc')).toMatchObject({ tags: [{ name: 'a' }, { name: 'ab' }] });
    expect(await json('/api/assets/tags/refine?tags_all=input')).toEqual({ tag_counts: { a: 2, b: 1, input: 2 } });
    const id = ((await json('/api/assets?tags_all=ab'))['assets'] as Json[])[0]?.id;
    await host.server.send(`/api/assets/${id}`, { method: 'DELETE' });
    expect(await json('/api/tags?prefix=ab')).toMatchObject({ tags: [], total: 0 });
    expect(await json('/api/tags?prefix=ab&include_zero=true')).toMatchObject({ tags: [{ name: 'ab', count: 0 }] });
  });
});

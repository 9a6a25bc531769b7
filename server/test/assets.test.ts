// The asset routes over real HTTP, a real SQLite file and a real disk (spec http.md section 12).
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type AssetServer, startAssetServer } from './asset-server.ts';
import { type Answer, formOf } from './http-client.ts';

type Json = Record<string, unknown> & { readonly id: string; readonly tags: readonly string[] };

/** BLAKE3 of "abc", from the paper's test vectors as every implementation prints it. */
const ABC = 'blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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

test('the routes exist below /api alone', async () => {
  expect((await get('/assets')).status).toBe(404);
  expect((await json('/features'))['assets']).toBe(true);
});

describe('an upload', () => {
  test('goes where its tags say and is described', async () => {
    const answer = await host.upload([
      { name: 'file', value: 'abc', filename: 'C:\\pictures\\größe.png' },
      { name: 'tags', value: '["input", "holiday"]' },
      { name: 'tags', value: 'sea, sun' },
      { name: 'name', value: 'My picture' },
      { name: 'user_metadata', value: '{"seed":18446744073709551615,"cfg":5.0}' },
    ]);
    expect(answer.status).toBe(201);
    expect(answer.text).toContain('"user_metadata":{"seed":18446744073709551615,"cfg":5.0}');
    const asset = answer.json() as Json;
    expect(asset).toMatchObject({
      id: expect.stringMatching(UUID),
      name: 'My picture',
      hash: ABC,
      loader_path: 'größe.png',
      size: 3,
      mime_type: 'image/png',
      tags: ['holiday', 'input', 'sea', 'sun'],
      preview_url: `/api/assets/${asset.id}/content`,
      created_at: expect.stringMatching(/^2026-01-01T00:/),
      created_new: true,
    });
    expect(await readFile(join(host.base, 'input', 'größe.png'), 'utf8')).toBe('abc');
    expect(await readdir(join(host.base, 'incoming'))).toEqual([]);
    expect(asset).not.toHaveProperty('preview_id');
    const { created_new: _isNew, ...described } = asset;
    expect(await json(`/api/assets/${asset.id}`)).toEqual(described);
  });

  test('of content that is there already is answered with the asset that there is', async () => {
    const first = await upload('abc');
    const again = await host.upload([
      { name: 'tags', value: 'output,more' },
      { name: 'file', value: 'abc', filename: 'other.txt' },
    ]);
    expect(again.status).toBe(200);
    expect(again.json()).toMatchObject({ id: first.id, created_new: false });
    expect(await readdir(join(host.base, 'input'))).toEqual(['a.txt']);
    expect(await readdir(join(host.base, 'incoming'))).toEqual([]);
  });

  test('recognises a file that a scan has found and nobody has hashed', async () => {
    await host.put('input/there.txt', 'abc');
    await sendJson('POST', '/api/assets/seed?wait=true', '');
    expect(await upload('abc')).toMatchObject({ name: 'there.txt', created_new: false, hash: ABC });
  });

  test('never replaces a file of the same name', async () => {
    await host.put('input/a.txt', 'old');
    expect((await upload('abc'))['loader_path']).toBe('a (1).txt');
    expect((await upload('xyz'))['loader_path']).toBe('a (2).txt');
    expect(await readFile(join(host.base, 'input', 'a.txt'), 'utf8')).toBe('old');
  });

  test('of a model needs its kind', async () => {
    const model = await upload('abc', { tags: 'models,model_type:checkpoints', filename: 'm.safetensors' });
    expect(model).toMatchObject({ loader_path: 'm.safetensors', tags: ['model_type:checkpoints', 'models'] });
    expect(await readdir(join(host.base, 'models', 'checkpoints'))).toEqual(['m.safetensors']);
  });

  test('may be larger than the body limit and is hashed while it streams', async () => {
    const strict = await startAssetServer({ maxUploadBytes: 1000 });
    onTestFinished(() => strict.close());
    const bytes = Buffer.alloc(3_000_000, 'x');
    const answer = await strict.upload([
      { name: 'tags', value: 'input' },
      { name: 'file', value: bytes, filename: 'big.bin' },
    ]);
    expect(answer.status).toBe(201);
    const asset = answer.json() as Json;
    expect((await strict.server.send(`/api/assets/${asset.id}/content`)).body.equals(bytes)).toBe(true);
  });

  test.each([
    ['without a place', [{ name: 'tags', value: 'holiday' }], 'INVALID_BODY'],
    ['with two places', [{ name: 'tags', value: 'input,output' }], 'INVALID_BODY'],
    ['of a model without its kind', [{ name: 'tags', value: 'models' }], 'INVALID_BODY'],
    ['of a model of an unknown kind', [{ name: 'tags', value: 'models,model_type:nope' }], 'INVALID_BODY'],
    ['of a model into the node packs', [{ name: 'tags', value: 'models,model_type:custom_nodes' }], 'INVALID_BODY'],
    ['of a model out of the folders', [{ name: 'tags', value: 'models,model_type:../..' }], 'INVALID_BODY'],
    ['with a tag of the server', [{ name: 'tags', value: 'input,missing' }], 'SYSTEM_TAG_FORBIDDEN'],
    ['with tags that are no texts', [{ name: 'tags', value: '[5]' }], 'INVALID_BODY'],
    [
      'with another hash',
      [
        { name: 'tags', value: 'input' },
        { name: 'hash', value: ABC.replace('6', '7') },
      ],
      'HASH_MISMATCH',
    ],
    [
      'with no hash',
      [
        { name: 'tags', value: 'input' },
        { name: 'hash', value: 'sha256:00' },
      ],
      'INVALID_HASH',
    ],
    [
      'with bad metadata',
      [
        { name: 'tags', value: 'input' },
        { name: 'user_metadata', value: '[1]' },
      ],
      'INVALID_BODY',
    ],
    [
      'with a bad media type',
      [
        { name: 'tags', value: 'input' },
        { name: 'mime_type', value: 'a\r\nb' },
      ],
      'INVALID_BODY',
    ],
    [
      'with an unknown preview',
      [
        { name: 'tags', value: 'input' },
        { name: 'preview_id', value: 'x' },
      ],
      'INVALID_BODY',
    ],
  ])('%s is refused and leaves nothing behind', async (_name, parts, code) => {
    const answer = await host.upload([...parts, { name: 'file', value: 'abc', filename: 'm.safetensors' }]);
    expect(codeOf(answer)).toEqual([400, code]);
    expect((await json('/api/assets'))['total']).toBe(0);
    expect(await readdir(host.base, { recursive: true })).not.toContain('m.safetensors');
    expect(await readdir(join(host.base, 'incoming'))).toEqual([]);
  });

  test.each(['..', '.hidden', '', 'a\u0001', `${'x'.repeat(300)}.png`, '../../.x'])(
    'cannot be called %j',
    async filename => {
      const parts = [
        { name: 'tags', value: 'input' },
        { name: 'file', value: 'abc', filename, type: 'text/plain' },
      ];
      expect((await host.upload(parts)).status).toBe(400);
      expect(await readdir(join(host.base, 'input'))).toEqual([]);
    },
  );

  test('needs a file that is not empty, in a form', async () => {
    const tags = { name: 'tags', value: 'input' };
    expect(codeOf(await host.upload([tags]))).toEqual([400, 'MISSING_FILE']);
    expect(codeOf(await host.upload([tags, { name: 'file', value: '', filename: 'a' }]))).toEqual([
      400,
      'EMPTY_UPLOAD',
    ]);
    expect(codeOf(await sendJson('POST', '/api/assets', {}))).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    const cut = { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' } };
    const body = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc';
    expect(codeOf(await host.server.send('/api/assets', { ...cut, body }))).toEqual([400, 'INVALID_BODY']);
    expect(await readdir(join(host.base, 'incoming'))).toEqual([]);
  });
});

describe('known content', () => {
  test('can be asked for by its hash, and gets a further asset from it', async () => {
    const first = await upload('abc');
    expect((await host.server.send(`/api/assets/hash/${ABC}`, { method: 'HEAD' })).status).toBe(200);
    expect((await host.server.send(`/api/assets/hash/${encodeURIComponent(ABC)}`, { method: 'HEAD' })).status).toBe(
      200,
    );
    const answer = await sendJson('POST', '/api/assets/from-hash', { hash: ABC, name: 'again', tags: ['x'] });
    expect(answer.status).toBe(201);
    const second = answer.json() as Json;
    expect(second).toMatchObject({ name: 'again', tags: ['input', 'x'], hash: ABC, created_new: true });
    expect(second.id).not.toBe(first.id);
    expect((await json(`/api/assets?hash=${ABC}`))['total']).toBe(2);
  });

  test('is shown by /view, without assets it is not', async () => {
    await upload('abc');
    const shown = await get(`/view?filename=${ABC}`);
    expect([shown.status, shown.text, shown.headers['content-type']]).toEqual([200, 'abc', 'text/plain']);
    expect((await get(`/view?filename=${ABC.replace('6', '7')}`)).status).toBe(404);
    expect((await get('/view?filename=blake3:../../etc/passwd')).status).toBe(404);
  });

  test('whose file is gone or was changed is not known any more', async () => {
    await upload('abc');
    await host.put('input/a.txt', 'abcd');
    expect((await host.server.send(`/api/assets/hash/${ABC}`, { method: 'HEAD' })).status).toBe(404);
    expect(codeOf(await sendJson('POST', '/api/assets/from-hash', { hash: ABC, tags: ['x'] }))).toEqual([
      404,
      'ASSET_NOT_FOUND',
    ]);
    expect(codeOf(await get('/api/assets/hash/blake3:12'))).toEqual([400, 'INVALID_HASH']);
  });
});

describe('content', () => {
  test('is sent whole, in parts, shown or saved', async () => {
    const { id } = await upload('0123456789', { filename: "it's (ä).txt" });
    const path = `/api/assets/${id}/content`;
    const shown = await get(path);
    expect(shown.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-disposition': "inline; filename*=UTF-8''it%27s%20%28%C3%A4%29.txt",
      'x-content-type-options': 'nosniff',
    });
    expect((await get(`${path}?disposition=attachment`)).headers['content-disposition']).toMatch(/^attachment; /);
    const part = await host.server.send(path, { headers: { range: 'bytes=3-5' } });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, '345', 'bytes 3-5/10']);
    expect((await host.server.send(path, { headers: { 'if-none-match': String(shown.headers.etag) } })).status).toBe(
      304,
    );
    expect(codeOf(await get(`${path}?disposition=maybe`))).toEqual([400, 'INVALID_QUERY']);
    expect((await json(`/api/assets/${id}`))['last_access_time']).toMatch(/^2026-/);
  });

  test.each(['a.html', 'a.svg', 'a.js'])('%s is always saved, whatever its owner calls it', async filename => {
    const answer = await host.upload([
      { name: 'tags', value: 'input' },
      { name: 'mime_type', value: 'image/png' },
      { name: 'name', value: 'harmless.png' },
      { name: 'file', value: '<script>', filename },
    ]);
    const { headers } = await get(`/api/assets/${(answer.json() as Json).id}/content?disposition=inline`);
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toMatch(/^attachment; /);
  });

  test('of a file that is gone is 404 with another code than an unknown asset', async () => {
    const { id } = await upload('abc');
    await rm(join(host.base, 'input', 'a.txt'));
    expect(codeOf(await get(`/api/assets/${id}/content`))).toEqual([404, 'FILE_NOT_FOUND']);
    expect(codeOf(await get('/api/assets/nope/content'))).toEqual([404, 'ASSET_NOT_FOUND']);
  });
});

describe('changes', () => {
  test('set name, metadata and preview, and keep the rest', async () => {
    const other = await upload('other', { filename: 'preview.png' });
    const { id } = await upload('abc');
    const path = `/api/assets/${id}`;
    const changed = await sendJson('PUT', path, { name: ' New ', preview_id: other.id });
    expect(changed.json()).toMatchObject({ id, name: 'New', preview_id: other.id, hash: ABC });
    expect((changed.json() as Json)['preview_url']).toBe(`/api/assets/${other.id}/content`);
    expect((await sendJson('PUT', path, '{"user_metadata":{"x":1.0}}')).text).toContain('"user_metadata":{"x":1.0}');
    expect((await sendJson('PUT', path, { preview_id: null })).json()).not.toHaveProperty('preview_id');
  });

  test.each([
    ['{}', 'INVALID_BODY'],
    ['[]', 'INVALID_BODY'],
    ['{"name":""}', 'INVALID_BODY'],
    ['{"name":5}', 'INVALID_BODY'],
    ['{"user_metadata":5}', 'INVALID_BODY'],
    ['{"preview_id":"x"}', 'INVALID_BODY'],
    ['{"tags":["x"]}', 'UNSUPPORTED_FIELD'],
    ['{bad', 'INVALID_JSON'],
    ['', 'INVALID_JSON'],
  ])('%s is refused', async (body, code) => {
    const { id } = await upload('abc');
    expect(codeOf(await sendJson('PUT', `/api/assets/${id}`, body))).toEqual([400, code]);
  });

  test('remove an asset once, never its file, and it does not come back', async () => {
    const { id } = await upload('abc');
    expect((await host.server.send(`/api/assets/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(codeOf(await host.server.send(`/api/assets/${id}`, { method: 'DELETE' }))).toEqual([404, 'ASSET_NOT_FOUND']);
    await sendJson('POST', '/api/assets/seed?wait=true', '');
    expect((await json('/api/assets'))['total']).toBe(0);
    expect(await readdir(join(host.base, 'input'))).toEqual(['a.txt']);
    expect(await upload('abc')).toMatchObject({ created_new: true, loader_path: 'a.txt' });
  });
});

test('an upload through /upload/image is an asset at once', async () => {
  const form = formOf([{ name: 'image', value: 'abc', filename: 'a.png' }]);
  const answer = await host.server.send('/upload/image', { method: 'POST', ...form });
  const { asset, ...rest } = answer.json() as { asset: Json };
  expect(rest).toEqual({ name: 'a.png', subfolder: '', type: 'input' });
  expect(asset).toEqual({
    id: expect.stringMatching(UUID),
    name: 'a.png',
    asset_hash: ABC,
    size: 3,
    mime_type: 'image/png',
    tags: ['input'],
  });
  const again = (await host.server.send('/upload/image', { method: 'POST', ...form })).json() as { asset: Json };
  expect(again.asset.id).toBe(asset.id);
});

// Files that come and go while the server runs, and what clients see of them: lists, option lists of nodes, previews, metadata.
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@snug/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, formOf, send } from '../server/test/http-client.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;
let base: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'snug-e2e-models-'));
  server = await startServerProcess({ base });
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  send(Number(new URL(server.url).port), path, { headers });

async function options(classType: string, input: string): Promise<unknown> {
  type Info = Record<string, { input: { required: Record<string, unknown[]> } }>;
  const info = (await get(`/object_info/${classType}`)).json() as Info;
  return info[classType]?.input.required[input]?.[0];
}

/** Opaque in one colour. */
async function png(size: number): Promise<Uint8Array> {
  return encodePng({ data: new Uint8Array(size * size * 3).fill(200), width: size, height: size, channels: 3 });
}

function safetensors(metadata: object): Buffer {
  const header = Buffer.from(JSON.stringify({ __metadata__: metadata }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header]);
}

const checkpoints = (): string => join(base, 'models/checkpoints');

describe('a model file that appears while the server runs', () => {
  it('is in every list at once, and out of it when it is gone', async () => {
    const before = await get('/object_info');
    const etag = { 'if-none-match': String(before.headers.etag) };
    expect((await get('/object_info', etag)).status).toBe(304);
    expect(await options('CheckpointLoaderSimple', 'ckpt_name')).toEqual([]);

    await writeFile(join(checkpoints(), 'new.safetensors'), safetensors({ title: 'New' }));

    expect((await get('/models/checkpoints')).json()).toEqual(['new.safetensors']);
    expect((await get('/experiment/models/checkpoints')).json()).toMatchObject([{ name: 'new.safetensors' }]);
    expect(await options('CheckpointLoaderSimple', 'ckpt_name')).toEqual(['new.safetensors']);
    const after = await get('/object_info', etag);
    expect([after.status, after.headers.etag === before.headers.etag]).toEqual([200, false]);

    await mkdir(join(checkpoints(), 'sub'));
    await rename(join(checkpoints(), 'new.safetensors'), join(checkpoints(), 'sub/moved.safetensors'));
    expect(await options('CheckpointLoaderSimple', 'ckpt_name')).toEqual(['sub/moved.safetensors']);

    await rm(join(checkpoints(), 'sub'), { recursive: true });
    expect((await get('/models/checkpoints')).json()).toEqual([]);
    expect((await get('/object_info', etag)).status).toBe(304);
  });

  it('shows its metadata and its preview', async () => {
    const cover = Buffer.from(await png(8)).toString('base64');
    const metadata = { title: 'T', ssmd_cover_images: JSON.stringify([cover]) };
    await writeFile(join(base, 'models/loras/covered.safetensors'), safetensors(metadata));
    expect((await get('/view_metadata/loras?filename=covered.safetensors')).json()).toEqual(metadata);
    const path = '/experiment/models/preview/loras/0/covered.safetensors';
    const fromHeader = await get(path);
    expect([fromHeader.status, fromHeader.headers['content-type']]).toEqual([200, 'image/webp']);
    expect(fromHeader.body.toString('latin1', 8, 12)).toBe('WEBP');

    await writeFile(join(base, 'models/loras/covered.png'), await png(16));
    const fromImage = await get(path, { 'if-none-match': String(fromHeader.headers.etag) });
    expect(fromImage.status).toBe(200);
    expect(fromImage.body.equals(fromHeader.body)).toBe(false);

    await writeFile(join(base, 'models/loras/broken.preview.png'), 'no picture');
    expect((await get('/experiment/models/preview/loras/0/broken.safetensors')).status).toBe(404);
  });
});

describe('a picture that appears while the server runs', () => {
  it('can be chosen by nodes at once, uploaded or copied', async () => {
    await writeFile(join(base, 'input/copied.png'), await png(4));
    const { headers, body } = formOf([{ name: 'image', value: Buffer.from(await png(5)), filename: 'uploaded.png' }]);
    const port = Number(new URL(server.url).port);
    const upload = await send(port, '/upload/image', { method: 'POST', headers, body });
    expect(upload.json()).toEqual({ name: 'uploaded.png', subfolder: '', type: 'input' });
    expect(await options('LoadImage', 'image')).toEqual(['copied.png', 'uploaded.png']);
    const again = await send(port, '/upload/image', { method: 'POST', headers, body });
    expect(again.json()).toMatchObject({ name: 'uploaded.png' });
    expect((await get('/internal/files/input')).json()).toEqual(['uploaded.png', 'copied.png']);
    await rm(join(base, 'input/copied.png'));
    expect(await options('LoadImage', 'image')).toEqual(['uploaded.png']);
  });
});

describe('ten thousand model files', () => {
  it('are listed in full and in pages, and one more is seen', async () => {
    const folder = join(base, 'models/vae');
    for (let start = 0; start < 10_000; start += 500) {
      const names = Array.from({ length: 500 }, (_, index) => String(start + index).padStart(5, '0'));
      await Promise.all(names.map(name => writeFile(join(folder, `${name}.safetensors`), '')));
    }
    const all = (await get('/experiment/models/vae')).json() as { name: string }[];
    expect([all.length, all[0]?.name, all.at(-1)?.name]).toEqual([10_000, '00000.safetensors', '09999.safetensors']);
    const page = await get('/experiment/models/vae?offset=5000&limit=2');
    expect((page.json() as { name: string }[]).map(({ name }) => name)).toEqual([
      '05000.safetensors',
      '05001.safetensors',
    ]);
    expect(page.headers['x-total-count']).toBe('10000');
    await writeFile(join(folder, 'zz.safetensors'), '');
    expect((await get('/experiment/models/vae?offset=10000')).json()).toMatchObject([{ name: 'zz.safetensors' }]);
    expect((await get('/models/vae')).json()).toHaveLength(10_001);
  });
});

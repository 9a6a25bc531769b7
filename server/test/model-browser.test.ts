// What model browsers ask for: folders, files with size and times, previews, metadata (spec http.md 6.4 and 9.3 to 9.5).
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFolderPaths } from '@snug/store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localModelFolders } from '../src/index.ts';
import { PNG_SIGNATURE } from './fake-image-codec.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let base: string;
let server: TestServer;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'snug-browser-'));
  server = await startTestServer({ models: localModelFolders(await createFolderPaths({ base })) });
});
afterAll(async () => {
  await server.close();
  await rm(base, { recursive: true });
});

async function put(name: string, bytes: string | Buffer = 'x'): Promise<string> {
  const path = join(base, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** A safetensors file with this header. */
function safetensors(header: unknown, length?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([prefix, json]);
}

const PREVIEW = '/experiment/models/preview';

describe('GET /experiment/models', () => {
  test('names folders and sorted extensions of every kind but configs and custom_nodes', async () => {
    const list = (await server.send('/api/experiment/models')).json() as { name: string }[];
    expect(list.map(({ name }) => name)).not.toContain('configs');
    expect(list.map(({ name }) => name)).not.toContain('custom_nodes');
    expect(list[0]).toEqual({
      name: 'checkpoints',
      folders: [join(base, 'models/checkpoints'), join(base, 'output/checkpoints')],
      extensions: ['.bin', '.ckpt', '.pkl', '.pt', '.pt2', '.pth', '.safetensors', '.sft'],
    });
  });
});

describe('GET /experiment/models/{folder}', () => {
  test('tells size and times in seconds', async () => {
    await utimes(await put('models/loras/sub/a.safetensors', '12345'), 7, 8.25);
    const answer = await server.send('/experiment/models/loras');
    expect(answer.json()).toEqual([
      { name: 'sub/a.safetensors', pathIndex: 0, modified: 8.25, created: expect.any(Number), size: 5 },
    ]);
    expect(answer.headers['x-total-count']).toBe('1');
  });

  test('shows a new file at once', async () => {
    expect((await server.send('/experiment/models/gligen')).json()).toEqual([]);
    await put('models/gligen/new.pt');
    expect((await server.send('/experiment/models/gligen')).json()).toMatchObject([{ name: 'new.pt' }]);
  });

  test('comes in pages', async () => {
    for (const name of ['a', 'b', 'c']) await put(`models/controlnet/${name}.pth`);
    const page = async (query: string): Promise<unknown[]> => {
      const answer = await server.send(`/experiment/models/controlnet?${query}`);
      return [answer.headers['x-total-count'], (answer.json() as { name: string }[]).map(({ name }) => name).join(' ')];
    };
    expect(await page('limit=2')).toEqual(['3', 'a.pth b.pth']);
    expect(await page('offset=2&limit=2')).toEqual(['3', 'c.pth']);
    expect(await page('offset=9')).toEqual(['3', '']);
    expect(await page('limit=0')).toEqual(['3', '']);
  });

  test.each(['offset=-1', 'limit=x', 'limit=1.5', 'offset='])('refuses %s', async query => {
    expect((await server.send(`/experiment/models/loras?${query}`)).status).toBe(400);
  });

  test.each(['nope', 'unet', 'clip', '..', '%2e%2e', '__proto__', 'a%2Fb', 'a%00b'])('knows no %s', async key => {
    const answer = await server.send(`/experiment/models/${key}`);
    expect([answer.status, answer.text]).toEqual([404, answer.text === '' ? '' : '404: Not Found']);
  });
});

describe('GET /experiment/models/preview/...', () => {
  test('re-encodes the image beside a model as WebP, and answers 304 without decoding it again', async () => {
    await put('models/checkpoints/deep/m.safetensors');
    await put('models/checkpoints/deep/m.preview.png', PNG_SIGNATURE);
    const path = `${PREVIEW}/checkpoints/0/deep/m.safetensors`;
    const answer = await server.send(path);
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([200, 'image/webp', 'webp 90 alpha']);
    const again = await server.send(path, { headers: { 'if-none-match': String(answer.headers.etag) } });
    expect(again.status).toBe(304);
    const encoded = await server.send(`${PREVIEW}/checkpoints/0/deep%2Fm.safetensors`);
    expect(encoded.status).toBe(200);
    const head = await server.send(path, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  test('prefers <stem>.<ext> to <stem>.preview.<ext>, skips what is no image, and ends with the cover in the file', async () => {
    const cover = Buffer.concat([PNG_SIGNATURE]).toString('base64');
    const covers = JSON.stringify(['%%%', 7, cover]);
    await put('models/vae/n.safetensors', safetensors({ __metadata__: { ssmd_cover_images: covers } }));
    expect((await server.send(`${PREVIEW}/vae/0/n.safetensors`)).status).toBe(200);
    await put('models/vae/n.jpg', 'no picture');
    expect((await server.send(`${PREVIEW}/vae/0/n.safetensors`)).status).toBe(200);
    await put('models/vae/n.webp', 'RIFF....WEBP');
    expect((await server.send(`${PREVIEW}/vae/0/n.safetensors`)).text).toBe('webp 90 alpha');
  });

  test.each([
    ['no image and no cover', safetensors({ __metadata__: { ssmd_cover_images: 'no JSON' } })],
    ['covers that are no list', safetensors({ __metadata__: { ssmd_cover_images: '{"a": 1}' } })],
    ['covers that are no text', safetensors({ __metadata__: { ssmd_cover_images: [1] } })],
    ['a header that ends early', safetensors({ __metadata__: {} }, 100_000n)],
    ['a header longer than 8 MiB', safetensors({ __metadata__: { ssmd_cover_images: 'A'.repeat(9 * 2 ** 20) } })],
    ['three bytes', Buffer.from('abc')],
  ])('is 404 and empty for %s', async (_what, bytes) => {
    await put('models/vae/bad.safetensors', bytes);
    const answer = await server.send(`${PREVIEW}/vae/0/bad.safetensors`);
    expect([answer.status, answer.text, answer.headers.etag]).toEqual([404, '', undefined]);
  });

  test.each([
    ['vae/99/x.safetensors', 404],
    ['vae/-1/x.safetensors', 404],
    ['vae/abc/x.safetensors', 400],
    ['vae/1.5/x.safetensors', 400],
    ['vae/0/', 400],
    ['vae/0/.', 400],
    ['nope/0/x', 404],
    ['nope/abc/x', 404],
    ['clip/0/x', 404],
    ['vae/0/..%2F..%2F..%2Fetc%2Fpasswd', 403],
    ['vae/0/%2Fetc/passwd', 403],
    ['vae/0/..%5C..%5Cx', 403],
    ['vae/0/C:%5Cx', 403],
    ['vae/0/a%00b', 403],
    ['vae/0/missing.safetensors', 404],
    [`vae/0/${'x'.repeat(300)}.pt`, 404],
  ])('%s is %i', async (path, status) => {
    const answer = await server.send(`${PREVIEW}/${path}`);
    expect([answer.status, answer.text]).toEqual([status, '']);
  });

  test('survives an image that cannot be read and a folder named like one', async () => {
    await chmod(await put('models/vae/locked.png', PNG_SIGNATURE), 0o000);
    await mkdir(join(base, 'models/vae/folder.png'));
    // Whoever runs the tests as root can read the first one.
    expect([200, 404]).toContain((await server.send(`${PREVIEW}/vae/0/locked.pt`)).status);
    expect((await server.send(`${PREVIEW}/vae/0/folder.pt`)).status).toBe(404);
  });

  test('follows links, as model folders do', async () => {
    await put('elsewhere/l.png', PNG_SIGNATURE);
    await symlink(join(base, 'elsewhere'), join(base, 'models/vae/linked'));
    expect((await server.send(`${PREVIEW}/vae/0/linked/l.pt`)).status).toBe(200);
  });
});

describe('GET /view_metadata/{folder}', () => {
  const view = (key: string, filename: string) =>
    server.send(`/view_metadata/${key}?filename=${encodeURIComponent(filename)}`);

  test('shows the metadata of a file, whatever its keys are called', async () => {
    const header =
      '{"__metadata__": {"format": "pt", "__proto__": "x", "title": "\u00fcn\u00ef"}, "t": {"dtype": "F16"}}';
    await put('models/loras/x/meta.safetensors', safetensors(header));
    const answer = await view('loras', 'x/meta.safetensors');
    expect(answer.text).toBe('{"format":"pt","__proto__":"x","title":"\u00fcn\u00ef"}');
    expect((await view('loras', '../../x/meta.safetensors')).status).toBe(200);
    expect((await view('loras', 'x\\meta.safetensors')).status).toBe(200);
  });

  test.each([
    ['no metadata', safetensors({ a: 1 })],
    ['metadata that is no object', safetensors({ __metadata__: ['x'] })],
    ['a header that is no object', safetensors('[1]')],
    ['a header that is no JSON', safetensors('{"__metadata__": {')],
    ['a header that is no UTF-8', Buffer.concat([safetensors('', 3n), Buffer.from([0x7b, 0xff, 0x7d])])],
    ['a header beyond 1 MiB', safetensors({ __metadata__: { a: 'A'.repeat(2 ** 20) } })],
    ['a header beyond the end', safetensors({ __metadata__: {} }, 1000n)],
    ['a length beyond all bounds', safetensors({ __metadata__: {} }, 2n ** 64n - 1n)],
    ['nothing in it', Buffer.alloc(0)],
  ])('is 404 and empty for a file with %s', async (_what, bytes) => {
    await put('models/loras/odd.safetensors', bytes);
    const answer = await view('loras', 'odd.safetensors');
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  test('is 404 for other extensions, unknown keys and names that lead nowhere', async () => {
    await put('models/loras/upper.SAFETENSORS', safetensors({ __metadata__: { a: 'b' } }));
    await put('secret.safetensors', safetensors({ __metadata__: { a: 'b' } }));
    await mkdir(join(base, 'models/loras/dir.safetensors'), { recursive: true });
    const names = [
      'upper.SAFETENSORS',
      'missing.safetensors',
      'dir.safetensors',
      '../../secret.safetensors',
      join(base, 'secret.safetensors'),
      'a\0.safetensors',
      `${'x'.repeat(5000)}.safetensors`,
      '.safetensors',
    ];
    for (const name of names) expect([name, (await view('loras', name)).status]).toEqual([name, 404]);
    expect((await view('nope', 'x.safetensors')).status).toBe(404);
    expect((await view('clip', 'x.safetensors')).status).toBe(404);
    expect((await server.send('/view_metadata/loras')).status).toBe(404);
  });
});

test('no path and no name, however odd, is answered with 500 or with a file from outside', async () => {
  await put('outside.png', PNG_SIGNATURE);
  const piece = fc.constantFrom('..', '.', '', 'vae', 'outside.png', '%2e%2e', '%2F', '%5C', '%00', 'a', '0', '~', '%');
  const paths = fc.array(piece, { maxLength: 6 }).map(pieces => pieces.join('/'));
  await fc.assert(
    fc.asyncProperty(paths, async path => {
      for (const prefix of [`${PREVIEW}/vae/0/`, `${PREVIEW}/`, '/view_metadata/vae?filename=']) {
        const answer = await server.send(prefix + path);
        expect([200, 304, 400, 403, 404]).toContain(answer.status);
        expect(answer.status === 200 && path.includes('outside')).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});

// Pictures over HTTP, good and bad ones: what is saved carries its prompt back, what cannot be read costs its own prompt alone, and
// nothing is read or written beyond the folders.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEmbeddedWorkflow, stringifyLossless } from '@snug/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SturdyServer } from './bad-input/sturdy-server.ts';
import { at, getJson } from './prompts.ts';

const fileOf = (name: string) => readFileSync(new URL(`../nodes/test/golden/pictures/${name}`, import.meta.url));

let server: SturdyServer;
beforeAll(async () => {
  server = await SturdyServer.start();
});
afterEach(() => server.worksStill());
afterAll(() => server[Symbol.asyncDispose]());

async function upload(name: string, bytes: Uint8Array, subfolder = ''): Promise<void> {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(bytes)]), name);
  form.append('overwrite', 'true');
  form.append('subfolder', subfolder);
  const response = await fetch(`${server.url}/upload/image`, { method: 'POST', body: form });
  expect(await response.json()).toEqual({ name, subfolder, type: 'input' });
}

const loadAndSave = (image: unknown, prefix = 'from-file') => ({
  load: { class_type: 'LoadImage', inputs: { image } },
  save: { class_type: 'SaveImage', inputs: { images: ['load', 0], filename_prefix: prefix } },
});

async function saved(filename: string, subfolder = ''): Promise<Uint8Array> {
  const response = await fetch(`${server.url}/view?${new URLSearchParams({ filename, subfolder, type: 'output' })}`);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

describe('a saved picture', () => {
  it('gives the prompt and the workflow back, numbers as they were written', async () => {
    await upload('rgba.png', fileOf('rgba.png'));
    const workflow = '{"nodes":[],"seed":18446744073709551615,"cfg":8.0,"tiny":1e-07,"name":"Grün 😀"}';
    const body = `{"client_id":"sturdy","extra_data":{"extra_pnginfo":{"workflow":${workflow}}},"prompt":${JSON.stringify(loadAndSave('rgba.png', 'carrier'))}}`;
    const answer = await server.post(body);
    await server.ended(String(answer.body['prompt_id']));
    const found = await readEmbeddedWorkflow(await saved('carrier_00001_.png'));
    expect(stringifyLossless(found?.workflow)).toBe(workflow);
    expect(at(found?.prompt, 'load', 'inputs', 'image')).toBe('rgba.png');
  });

  it('carries nothing when the server says so', async () => {
    await using silent = await SturdyServer.start(['--metadata', 'none']);
    await silent.run({
      1: { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: 1 } },
      2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'silent' } },
    });
    const bytes = readFileSync(join(silent.process.base, 'output/silent_00001_.png'));
    expect(await readEmbeddedWorkflow(bytes)).toBeUndefined();
    expect(bytes.includes('tEXt')).toBe(false);
  });

  it('is never written outside of the output folder', async () => {
    await upload('rgb.png', fileOf('rgb.png'));
    await symlink(server.process.base, join(server.process.base, 'output/out-of-here'));
    for (const prefix of ['../escaped', '/tmp/snug-escaped', 'a/../../escaped', 'out-of-here/escaped']) {
      const { error } = await server.run(loadAndSave('rgb.png', prefix));
      expect(error).toMatchObject({ node_id: 'save' });
      expect(error?.['exception_message']).toContain('outside the output folder');
    }
    expect((await readdir(server.process.base)).filter(name => name.startsWith('escaped'))).toEqual([]);
    expect(existsSync('/tmp/snug-escaped_00001_.png')).toBe(false);
  });
});

describe('a picture that cannot be read', () => {
  const png = fileOf('rgb.png');
  const declaring = (width: number) => {
    const bytes = Buffer.from(png);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(width, 20);
    return bytes;
  };

  it.each<[string, Uint8Array]>([
    ['text.png', Buffer.from('not a picture')],
    ['page.png', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['header.png', png.subarray(0, 20)],
    ['cut.jpg', fileOf('photo.jpg').subarray(0, 40)],
    ['nothing.png', declaring(0)],
    ['bomb.png', declaring(100_000)],
    ['hollow.png', declaring(12_000)],
  ])('%s ends its prompt with an error that names it, and saves nothing', async (name, bytes) => {
    await upload(name, bytes);
    const before = await readdir(join(server.process.base, 'output'));
    const { error, status, outputs } = await server.run(loadAndSave(name));
    expect([status, outputs]).toEqual(['error', {}]);
    expect(error).toMatchObject({ node_id: 'load', node_type: 'LoadImage' });
    expect(error?.['exception_message']).toContain(`"${name}"`);
    expect(await readdir(join(server.process.base, 'output'))).toEqual(before);
  });

  it.each([
    '../picture.png',
    '/etc/passwd',
    '..\\picture.png',
    'sub/../../picture.png',
    'missing.png',
    'sub',
    'link.png',
  ])('because its name is %s is refused with the prompt', async image => {
    const { base } = server.process;
    await writeFile(join(base, 'picture.png'), png);
    await mkdir(join(base, 'input/sub'), { recursive: true });
    await symlink(join(base, 'picture.png'), join(base, 'input/link.png')).catch(() => undefined); // there already
    for (const classType of ['LoadImage', 'LoadImageMask', 'LoadImageOutput']) {
      const prompt = loadAndSave(image);
      const load = { class_type: classType, inputs: { image, channel: 'red' } };
      const sink = { class_type: 'Sink', inputs: { value: ['load', 0] } };
      const { status, body } = await server.submit(JSON.stringify({ ...prompt, load, save: sink }));
      expect([classType, status]).toEqual([classType, 400]);
      expect(at(body, 'node_errors', 'load', 'errors', 0, 'details')).toBe(`image - Invalid image file: ${image}`);
    }
  });
});

describe('other files', () => {
  it('latents are saved and loaded again by their place', async () => {
    const first = await server.run({
      1: { class_type: 'EmptyLatentImage', inputs: { width: 32, height: 32, batch_size: 1 } },
      2: { class_type: 'SaveLatent', inputs: { samples: ['1', 0], filename_prefix: 'latents/l' } },
    });
    const reference = { filename: 'l_00001_.latent', subfolder: 'latents', type: 'output' };
    expect(first.outputs).toEqual({ 2: { latents: [reference] } });
    const again = await server.run({
      1: { class_type: 'LoadLatent', inputs: { latent: 'latents/l_00001_.latent [output]' } },
      2: { class_type: 'SaveLatent', inputs: { samples: ['1', 0], filename_prefix: 'latents/l' } },
    });
    expect(again.status).toBe('success');
  });

  it('a folder of uploads becomes a batch', async () => {
    for (const name of ['a.png', 'b.png']) await upload(name, png(name), 'set');
    const info = await getJson(`${server.url}/object_info/LoadImageSetFromFolderNode`);
    expect(at(info, 'LoadImageSetFromFolderNode', 'input', 'required', 'folder', 0)).toContain('set');
    const { outputs } = await server.run({
      1: { class_type: 'LoadImageSetFromFolderNode', inputs: { folder: 'set', resize_method: 'Pad' } },
      2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    });
    expect(at(outputs, '2', 'images')).toHaveLength(2);
  });

  const png = (name: string) => fileOf(name === 'a.png' ? 'rgb.png' : 'exif_rotated.png');
});

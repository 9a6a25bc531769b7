import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderPaths, type FolderPaths } from '../src/index.ts';

describe('weight files', () => {
  let base: string;
  let paths: FolderPaths;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'snug-models-'));
    paths = await createFolderPaths({ base });
  });
  afterEach(() => rm(base, { recursive: true }));

  async function put(name: string, text = 'x'): Promise<void> {
    await mkdir(dirname(join(base, name)), { recursive: true });
    await writeFile(join(base, name), text);
  }

  async function namesOf(key: string): Promise<string[]> {
    return (await paths.weightFiles(key)).files.map(({ name, pathIndex }) => `${pathIndex} ${name}`);
  }

  it('come folder by folder with size and times', async () => {
    await put('models/diffusion_models/b.safetensors', 'four');
    await put('models/unet/z/c.GGUF');
    await put('models/unet/z/c.PT');
    await utimes(join(base, 'models/diffusion_models/b.safetensors'), 5, 5.5);
    const { total, files } = await paths.weightFiles('diffusion_models');
    expect(total).toBe(2);
    expect(files.map(({ name }) => name)).toEqual(['z/c.PT', 'b.safetensors']);
    expect(files[1]).toMatchObject({ name: 'b.safetensors', pathIndex: 1, sizeBytes: 4, modifiedMs: 5500 });
    expect(files[1]?.createdMs).toBeGreaterThan(0);
  });

  it('name a file once for each folder that has it', async () => {
    await put('models/text_encoders/t.pt');
    await put('models/clip/t.pt');
    expect(await namesOf('text_encoders')).toEqual(['0 t.pt', '1 t.pt']);
  });

  it('leave out dot files and what lies below dot folders, at any depth', async () => {
    for (const name of ['.a.pt', '.hidden/b.pt', 'c/.d/e.pt', 'c/f..pt', 'g.pt']) await put(`models/vae/${name}`);
    expect(await namesOf('vae')).toEqual(['0 c/f..pt', '0 g.pt']);
  });

  it('are weight files whatever the folder lists itself', async () => {
    await put('models/configs/a.yaml');
    await put('models/configs/a.ckpt');
    await put('models/classifiers/noext');
    expect(await namesOf('configs')).toEqual(['0 a.ckpt']);
    expect(await namesOf('classifiers')).toEqual([]);
  });

  it('show a file that grows where it is, at once', async () => {
    await put('models/vae/a.pt', 'one');
    expect((await paths.weightFiles('vae')).files[0]?.sizeBytes).toBe(3);
    await truncate(join(base, 'models/vae/a.pt'), 1000);
    expect((await paths.weightFiles('vae')).files[0]?.sizeBytes).toBe(1000);
  });

  it('come in pages that together are everything', async () => {
    for (let index = 0; index < 7; index++) await put(`models/loras/${index}.pt`);
    const pages = await Promise.all([0, 3, 6, 9].map(offset => paths.weightFiles('loras', { offset, limit: 3 })));
    expect(pages.map(({ total }) => total)).toEqual([7, 7, 7, 7]);
    expect(pages.map(({ files }) => files.map(({ name }) => name[0]).join(''))).toEqual(['012', '345', '6', '']);
  });

  it('leave out links whose file went away', async () => {
    await put('elsewhere/a.pt');
    await symlink(join(base, 'elsewhere/a.pt'), join(base, 'models/vae/a.pt'));
    expect(await namesOf('vae')).toEqual(['0 a.pt']);
    await rm(join(base, 'elsewhere'), { recursive: true });
    expect(await namesOf('vae')).toEqual([]);
  });

  it('survive folders that vanish or cannot be read', async () => {
    await put('models/vae/sub/a.pt');
    await put('models/vae/b.pt');
    await chmod(join(base, 'models/vae/sub'), 0o000);
    const whileUnreadable = await namesOf('vae');
    await chmod(join(base, 'models/vae/sub'), 0o755);
    expect(whileUnreadable).toContain('0 b.pt');
    await rm(join(base, 'models/vae'), { recursive: true });
    expect(await namesOf('vae')).toEqual([]);
  });

  it('notice a folder that was swapped for another one of the same age', async () => {
    await put('models/vae/a.pt');
    await put('other/b.pt');
    const then = new Date(Date.now() - 60_000);
    for (const folder of ['models/vae', 'other']) await utimes(join(base, folder), then, then);
    expect(await namesOf('vae')).toEqual(['0 a.pt']);
    await rename(join(base, 'models/vae'), join(base, 'old'));
    await rename(join(base, 'other'), join(base, 'models/vae'));
    expect(await namesOf('vae')).toEqual(['0 b.pt']);
  });

  it('notice a new file although the time of its folder was set back', async () => {
    const then = new Date(Date.now() - 60_000);
    await put('models/vae/a.pt');
    await utimes(join(base, 'models/vae'), then, then);
    expect(await namesOf('vae')).toEqual(['0 a.pt']);
    await put('models/vae/b.pt');
    await utimes(join(base, 'models/vae'), then, then);
    expect(await namesOf('vae')).toEqual(['0 a.pt', '0 b.pt']);
  });

  it('do not exist for unknown keys', async () => {
    await expect(paths.weightFiles('nope')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL_FOLDER' });
    expect(paths.extensionsOf('nope')).toBeUndefined();
    expect(paths.extensionsOf('fonts')).toEqual(['.ttf', '.otf']);
  });
});

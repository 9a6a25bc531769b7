import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderPaths } from '../src/index.ts';

describe('folder paths', () => {
  let base: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'snug-folders-'));
  });
  afterEach(() => rm(base, { recursive: true }));

  async function put(...names: string[]): Promise<void> {
    for (const name of names) {
      await mkdir(dirname(join(base, name)), { recursive: true });
      await writeFile(join(base, name), 'x');
    }
  }

  /** Makes everything look old enough for what was read to be trusted. */
  async function age(...folders: string[]): Promise<void> {
    const then = new Date(Date.now() - 60_000);
    for (const folder of folders) await utimes(join(base, folder), then, then);
  }

  describe('layout', () => {
    it('hangs below the base folder and is created', async () => {
      const paths = await createFolderPaths({ base: join(base, 'new') });
      expect(paths).toMatchObject({
        base: join(base, 'new'),
        models: join(base, 'new', 'models'),
        input: join(base, 'new', 'input'),
        output: join(base, 'new', 'output'),
        temp: join(base, 'new', 'temp'),
        user: join(base, 'new', 'user'),
      });
      expect((await readdir(paths.base)).sort()).toEqual(['input', 'models', 'output', 'temp', 'user']);
      const kinds = await readdir(paths.models);
      for (const kind of ['checkpoints', 'loras', 'vae', 'text_encoders', 'clip', 'unet', 'vae_approx']) {
        expect(kinds).toContain(kind);
      }
    });

    it('takes folders of their own; temp lies inside of the one that is given', async () => {
      const [models, user] = [join(base, 'm'), join(base, 'u')];
      await mkdir(models);
      await mkdir(user);
      const own = { models, user, input: join(base, 'i'), output: join(base, 'o'), temp: join(base, 't') };
      const paths = await createFolderPaths({ base: join(base, 'b'), ...own });
      expect(paths).toMatchObject({ ...own, temp: join(base, 't', 'temp') });
      expect(await readdir(models)).toEqual([]);
    });

    it('makes relative folders absolute', async () => {
      const paths = await createFolderPaths({ base: `${base}/x/..`, input: `${base}/./in` });
      expect(paths.base).toBe(base);
      expect(paths.input).toBe(join(base, 'in'));
    });

    it('wants models and user folders that are given to exist', async () => {
      await put('file');
      for (const path of [join(base, 'nope'), join(base, 'file')]) {
        await expect(createFolderPaths({ base, models: path })).rejects.toMatchObject({
          code: 'FOLDER_MISSING',
          message: `The models folder "${path}" does not exist; create it or correct the setting.`,
        });
        await expect(createFolderPaths({ base, user: path })).rejects.toMatchObject({ code: 'FOLDER_MISSING' });
      }
    });

    it('says which folder cannot be created', async () => {
      await put('output');
      await expect(createFolderPaths({ base })).rejects.toMatchObject({
        code: 'FOLDER_UNUSABLE',
        message: expect.stringContaining(join(base, 'output')),
      });
    });
  });

  describe('lists', () => {
    it('are recursive, sorted by code point, with slashes, and only of the kinds of file that count', async () => {
      await put('models/checkpoints/b.safetensors', 'models/checkpoints/sub/deep/A.CKPT', 'models/checkpoints/Z.pt');
      await put(
        'models/checkpoints/readme.txt',
        'models/checkpoints/.git/x.pt',
        'models/checkpoints/none',
        'models/a.pt',
      );
      await put('models/checkpoints/😀.sft', 'models/checkpoints/！.sft');
      const paths = await createFolderPaths({ base });
      expect(await paths.list('checkpoints')).toEqual(['Z.pt', 'b.safetensors', 'sub/deep/A.CKPT', '！.sft', '😀.sft']);
    });

    it('join all folders of a key and name every file once', async () => {
      await put('models/text_encoders/a.safetensors', 'models/clip/a.safetensors', 'models/clip/b.safetensors');
      const paths = await createFolderPaths({ base });
      expect(await paths.list('text_encoders')).toEqual(['a.safetensors', 'b.safetensors']);
      expect(await paths.list('clip')).toEqual(['a.safetensors', 'b.safetensors']);
    });

    it('follow the rules of keys without the usual extensions', async () => {
      await put('models/diffusers/sd/unet/model.safetensors', 'models/classifiers/net', 'models/classifiers/net.pt');
      await put('custom_nodes/pack/readme.md', 'fonts/A.TTF', 'fonts/a.txt', 'models/configs/v1.yaml');
      const paths = await createFolderPaths({ base });
      expect(await paths.list('diffusers')).toEqual([]);
      expect(await paths.list('classifiers')).toEqual(['net']);
      expect(await paths.list('custom_nodes')).toEqual(['pack/readme.md']);
      expect(await paths.list('fonts')).toEqual(['A.TTF']);
      expect(await paths.list('configs')).toEqual(['v1.yaml']);
    });

    it('follow links to files and folders, but not around in circles', async () => {
      await put('elsewhere/big.safetensors', 'models/loras/x/a.safetensors');
      await symlink(join(base, 'elsewhere'), join(base, 'models/loras/linked'));
      await symlink(join(base, 'elsewhere/big.safetensors'), join(base, 'models/loras/file.safetensors'));
      await symlink(join(base, 'models/loras'), join(base, 'models/loras/x/up'));
      await symlink(join(base, 'nowhere'), join(base, 'models/loras/broken.safetensors'));
      await symlink(join(base, 'models/loras/self'), join(base, 'models/loras/self'));
      const paths = await createFolderPaths({ base });
      expect(await paths.list('loras')).toEqual(['file.safetensors', 'linked/big.safetensors', 'x/a.safetensors']);
    });

    it('answer the same array as long as nothing changed', async () => {
      await put('models/loras/x/a.safetensors');
      const paths = await createFolderPaths({ base });
      await age('models/loras/x', 'models/loras');
      const first = await paths.list('loras');
      expect(await paths.list('loras')).toBe(first);
      expect(Object.isFrozen(first)).toBe(true);
    });

    it('notice files that come, go and change their name, also deep down and at once', async () => {
      await put('models/loras/x/y/a.safetensors');
      const paths = await createFolderPaths({ base });
      expect(await paths.list('loras')).toEqual(['x/y/a.safetensors']);
      await put('models/loras/x/y/b.safetensors');
      expect(await paths.list('loras')).toEqual(['x/y/a.safetensors', 'x/y/b.safetensors']);
      await rename(join(base, 'models/loras/x/y/a.safetensors'), join(base, 'models/loras/c.safetensors'));
      expect(await paths.list('loras')).toEqual(['c.safetensors', 'x/y/b.safetensors']);
      await rm(join(base, 'models/loras/x'), { recursive: true });
      expect(await paths.list('loras')).toEqual(['c.safetensors']);
    });

    it('notice a folder that appears later', async () => {
      const paths = await createFolderPaths({ base });
      await rm(join(base, 'models/loras'), { recursive: true });
      expect(await paths.list('loras')).toEqual([]);
      await put('models/loras/a.safetensors');
      expect(await paths.list('loras')).toEqual(['a.safetensors']);
    });

    it('are the same for callers that come at the same time', async () => {
      await put('models/loras/a.safetensors');
      const paths = await createFolderPaths({ base });
      const [first, second] = await Promise.all([paths.list('loras'), paths.list('loras')]);
      expect(first).toEqual(['a.safetensors']);
      expect(second).toEqual(first);
    });

    it('do not exist for unknown keys', async () => {
      const paths = await createFolderPaths({ base });
      await expect(paths.list('nonsense')).rejects.toMatchObject({
        code: 'UNKNOWN_MODEL_FOLDER',
        message: expect.stringContaining('"nonsense"; known are checkpoints, configs'),
      });
      await expect(paths.list('__proto__')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL_FOLDER' });
    });
  });

  describe('resolve', () => {
    it('takes the first folder that has the file', async () => {
      await put('models/text_encoders/a.pt', 'models/clip/a.pt', 'models/clip/sub/b.pt');
      const paths = await createFolderPaths({ base });
      expect(paths.resolve('clip', 'a.pt')).toBe(join(base, 'models/text_encoders/a.pt'));
      expect(paths.resolve('text_encoders', 'sub\\b.pt')).toBe(join(base, 'models/clip/sub/b.pt'));
    });

    it.each([
      'nope.pt',
      '',
      '.',
      'sub',
      '../secret.pt',
      '..\\secret.pt',
      'sub/../../secret.pt',
      '/etc/passwd',
      'a\0.pt',
      'a.pt/x',
      'x'.repeat(300),
    ])('answers undefined for %j', async name => {
      await put('models/secret.pt', 'models/loras/sub/a.pt', 'models/loras/a.pt');
      const paths = await createFolderPaths({ base });
      expect(paths.resolve('loras', name)).toBeUndefined();
    });

    it('cannot climb: `..` above the folder stays in it', async () => {
      await put('models/loras/a.pt', 'models/a.pt');
      const paths = await createFolderPaths({ base });
      expect(paths.resolve('loras', '../../../a.pt')).toBe(join(base, 'models/loras/a.pt'));
    });

    it('answers undefined for unknown keys', async () => {
      const paths = await createFolderPaths({ base });
      expect(paths.resolve('nonsense', 'a.pt')).toBeUndefined();
    });
  });

  describe('search paths', () => {
    it('list the keys in the order of registration, without aliases', async () => {
      const keys = (await createFolderPaths({ base })).folderKeys();
      expect(keys.slice(0, 6)).toEqual(['checkpoints', 'configs', 'loras', 'vae', 'text_encoders', 'diffusion_models']);
      expect(keys).not.toContain('clip');
      expect(keys).not.toContain('unet');
      expect(keys).toHaveLength(28);
    });

    it('end with what nodes save below output', async () => {
      await put('output/loras/mine.safetensors', 'output/clip/t5.safetensors');
      const paths = await createFolderPaths({ base });
      expect(await paths.list('loras')).toEqual(['mine.safetensors']);
      expect(paths.resolve('text_encoders', 't5.safetensors')).toBe(join(base, 'output/clip/t5.safetensors'));
      expect(paths.foldersOf('loras')).toEqual([join(base, 'models/loras'), join(base, 'output/loras')]);
    });

    it('grow by the standard file and then by those that are given', async () => {
      await put('more/l/a.safetensors', 'own/anything.xyz');
      await writeFile(join(base, 'extra_model_paths.yaml'), 'x:\n  base_path: more\n  loras: l\n  own_kind: ../own');
      await writeFile(
        join(base, 'second.yaml'),
        `y:\n  base_path: $ROOT\n  is_default: true\n  unet: u\n  loras: more/l\n  vae: |\n    v1\n    v2`,
      );
      const paths = await createFolderPaths({
        base,
        extraModelPathFiles: [join(base, 'second.yaml')],
        environment: { ROOT: base },
      });
      expect(paths.foldersOf('loras')).toEqual(
        ['more/l', 'models/loras', 'output/loras'].map(folder => join(base, folder)),
      );
      expect(paths.foldersOf('diffusion_models')?.[0]).toBe(join(base, 'u'));
      expect(paths.foldersOf('vae')?.slice(0, 2)).toEqual([join(base, 'v2'), join(base, 'v1')]);
      expect(paths.folderKeys().at(-1)).toBe('own_kind');
      expect(await paths.list('own_kind')).toEqual(['anything.xyz']);
      expect(paths.resolve('loras', 'a.safetensors')).toBe(join(base, 'more/l/a.safetensors'));
    });

    it('need every extra file that is given', async () => {
      await expect(createFolderPaths({ base, extraModelPathFiles: ['/nope.yaml'] })).rejects.toMatchObject({
        code: 'EXTRA_MODEL_PATHS_UNREADABLE',
      });
    });

    it('do not hide a broken standard file', async () => {
      await writeFile(join(base, 'extra_model_paths.yaml'), 'a: [');
      await expect(createFolderPaths({ base })).rejects.toMatchObject({ code: 'EXTRA_MODEL_PATHS_INVALID' });
    });
  });
});

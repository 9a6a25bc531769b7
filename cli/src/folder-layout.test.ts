import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { folderLayout, prepareFolders } from './folder-layout.ts';

function config(flags: object) {
  return loadConfig({ flags, environment: {} });
}

describe('folderLayout', () => {
  it('puts everything below the base folder', () => {
    expect(folderLayout(config({ baseDirectory: 'b' }), '/work')).toEqual({
      base: '/work/b',
      models: '/work/b/models',
      input: '/work/b/input',
      output: '/work/b/output',
      temp: '/work/b/temp',
      user: '/work/b/user',
      customNodes: '/work/b/custom_nodes',
    });
  });

  it('lets specific flags win, and empties only a folder below the given one', () => {
    const layout = folderLayout(config({ outputDirectory: '/o', tempDirectory: '/t', modelsDirectory: 'm' }), '/work');
    expect(layout).toMatchObject({ base: '/work', output: '/o', temp: '/t/temp', models: '/work/m' });
  });
});

describe('prepareFolders', () => {
  it('makes the folders that may be missing', async () => {
    const base = join(await mkdtemp(join(tmpdir(), 'snug-folders-')), 'new');
    const given = config({ baseDirectory: base });
    await prepareFolders(folderLayout(given), given);
    expect((await readdir(base)).sort()).toEqual(['input', 'models', 'output', 'temp', 'user']);
    expect(await readdir(join(base, 'models'))).toEqual(['checkpoints']);
  });

  it.each(['modelsDirectory', 'userDirectory'])('demands that a given %s exists', async key => {
    const base = await mkdtemp(join(tmpdir(), 'snug-folders-'));
    const given = config({ baseDirectory: base, [key]: join(base, 'gone') });
    await expect(prepareFolders(folderLayout(given), given)).rejects.toMatchObject({ code: 'FOLDER_MISSING' });
  });

  it('says which flag to change when a folder cannot be made', async () => {
    const base = await mkdtemp(join(tmpdir(), 'snug-folders-'));
    await writeFile(join(base, 'output'), 'a file');
    const given = config({ baseDirectory: base });
    await expect(prepareFolders(folderLayout(given), given)).rejects.toThrow('--output-directory');
  });
});

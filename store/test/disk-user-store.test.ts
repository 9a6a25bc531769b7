import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDiskUserStore, type StoreError, type UserStore } from '../src/index.ts';
import { describeUserStore } from './user-store-conformance.ts';

const temporaryFolder = () => mkdtemp(join(tmpdir(), 'snug-users-'));

describeUserStore('The disk', async () => {
  const folder = await temporaryFolder();
  return { open: () => openDiskUserStore({ folder }), dispose: () => rm(folder, { recursive: true, force: true }) };
});

describe('on disk', () => {
  let folder: string;
  let store: UserStore;
  let problems: StoreError[];
  const settingsPath = (): string => join(folder, 'default', 'comfy.settings.json');

  beforeEach(async () => {
    folder = await temporaryFolder();
    problems = [];
    store = openDiskUserStore({ folder, onDamage: problem => problems.push(problem) });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const putSettings = async (text: string): Promise<void> => {
    await mkdir(join(folder, 'default'), { recursive: true });
    await writeFile(settingsPath(), text);
  };

  it('users and settings are the files that people know', async () => {
    const id = await store.registry.add('bob');
    await store.settings.change(id, { 'Comfy.Locale': 'en', size: [1, {}] });
    expect(await readFile(join(folder, 'users.json'), 'utf8')).toBe(`{"${id}": "bob"}`);
    expect(await readFile(join(folder, id, 'comfy.settings.json'), 'utf8')).toBe(
      '{\n    "Comfy.Locale": "en",\n    "size": [\n        1,\n        {}\n    ]\n}',
    );
    expect(await readdir(join(folder, id))).toEqual(['comfy.settings.json']);
  });

  it.each(['{"a": 1', '[]', '', 'null', '\u0000'])('damaged settings %j are empty, told once, and kept', async text => {
    await putSettings(text);
    expect(await store.settings.read('default')).toEqual({});
    expect(await store.settings.read('default')).toEqual({});
    expect(problems.map(({ code }) => code)).toEqual(['USER_SETTINGS_DAMAGED']);

    await store.settings.change('default', { b: 2 });
    await putSettings(`${text} again {`);
    await store.settings.change('default', { c: 3 });

    expect(await store.settings.read('default')).toEqual({ c: 3 });
    const kept = ['damaged-1', 'damaged-2'].map(name => join(folder, 'default', `comfy.settings.${name}.json`));
    expect(await Promise.all(kept.map(path => readFile(path, 'utf8')))).toEqual([text, `${text} again {`]);
  });

  it('settings may start with a byte order mark', async () => {
    await putSettings('\ufeff{"a": 1}');
    expect(await store.settings.read('default')).toEqual({ a: 1 });
    expect(problems).toEqual([]);
  });

  it('settings that cannot be read are not replaced', async () => {
    await mkdir(settingsPath(), { recursive: true });
    await expect(store.settings.read('default')).rejects.toMatchObject({ code: 'USER_FILE_FAILED' });
    await expect(store.settings.change('default', { a: 1 })).rejects.toMatchObject({ code: 'USER_FILE_FAILED' });
  });

  it.each(['{"a"', '[1]'])('a damaged list of users %j is an error and stays as it is', async text => {
    await writeFile(join(folder, 'users.json'), text);
    await expect(store.registry.list()).rejects.toMatchObject({ code: 'USERS_FILE_DAMAGED' });
    await expect(store.registry.add('bob')).rejects.toMatchObject({ code: 'USERS_FILE_DAMAGED' });
    expect(await readFile(join(folder, 'users.json'), 'utf8')).toBe(text);
  });

  it('ids that somebody wrote into the list by hand are no way out of the folder', async () => {
    await writeFile(join(folder, 'users.json'), '{"../x": "a", "__manager": "b", "carol": "c"}');
    expect([...(await store.registry.list()).keys()]).toEqual(['carol']);
  });

  it('links lead nowhere outside, but the folder of a user may be one', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'secret'), 'secret');
    await mkdir(join(folder, 'default'));
    await symlink(elsewhere, join(folder, 'default', 'out'));
    await symlink(join(elsewhere, 'secret'), join(folder, 'default', 'file'));
    await symlink(join(folder, 'default'), join(folder, 'default', 'loop'));
    await symlink(elsewhere, join(folder, 'linked'));

    const outside = { code: 'USER_PATH_OUTSIDE' };
    await expect(store.files.find('default', 'out/secret')).rejects.toMatchObject(outside);
    await expect(store.files.find('default', 'file')).rejects.toMatchObject(outside);
    await expect(store.files.write('default', 'out/new/x', Buffer.from('x'))).rejects.toMatchObject(outside);
    await expect(store.files.remove('default', 'file')).rejects.toMatchObject(outside);
    const listed = await store.files.list('default', '', { isRecursive: true, skipsHidden: true });
    expect(listed?.map(({ path }) => path)).toEqual(['loop']);
    expect(await store.files.find('linked', 'secret')).toMatchObject({ kind: 'file' });
    expect(await readdir(elsewhere)).toEqual(['secret']);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a folder that cannot be written is not the name’s fault',
    async () => {
      await mkdir(join(folder, 'default', 'locked'), { recursive: true });
      await chmod(join(folder, 'default', 'locked'), 0o500);
      await expect(store.files.write('default', 'locked/a', Buffer.from('x'))).rejects.toMatchObject({
        code: 'USER_FILE_FAILED',
      });
    },
  );
});

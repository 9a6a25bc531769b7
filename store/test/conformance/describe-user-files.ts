// User data files: contained paths, overwriting, moving, listings (spec http.md 10.1, 10.2).
import { readFile } from 'node:fs/promises';
// biome-ignore lint/correctness/noUndeclaredDependencies: tests import this file; it never ships
import { describe, expect, it } from 'vitest';
import type { UserEntry } from '../../src/index.ts';
import type { CurrentUserStore } from './user-store-harness.ts';

const USER = 'default';
const bytes = (text: string): Uint8Array => Buffer.from(text);
const pathsOf = (entries: readonly UserEntry[] | undefined): string[] | undefined => entries?.map(({ path }) => path);

export function describeUserFiles(current: CurrentUserStore): void {
  const write = (path: string, text = path) => current().files.write(USER, path, bytes(text));
  const contentOf = async (path: string): Promise<string | undefined> => {
    const found = await current().files.find(USER, path);
    return found === undefined ? undefined : readFile(found.localPath, 'utf8');
  };

  describe('user files', () => {
    it('are found as they were written, with folders made on the way', async () => {
      const written = await write('workflows/sub/ä 😀.json', 'text');
      expect(written).toMatchObject({ path: 'workflows/sub/ä 😀.json', kind: 'file', sizeBytes: 4 });
      expect(written.modifiedMs).toBeGreaterThan(1.6e12);
      expect(await contentOf('workflows/./sub/../sub/ä 😀.json')).toBe('text');
      expect(await current().files.find(USER, 'workflows')).toMatchObject({ kind: 'folder' });
      expect(await current().files.find(USER, 'workflows/none')).toBeUndefined();
      expect(await current().files.find('nobody', 'workflows')).toBeUndefined();
    });

    it('are replaced unless that is forbidden', async () => {
      await write('a.json', 'old');
      await expect(current().files.write(USER, 'a.json', bytes('new'), { ifExists: 'fail' })).rejects.toMatchObject({
        code: 'USER_FILE_EXISTS',
      });
      expect(await contentOf('a.json')).toBe('old');
      await write('a.json', 'new');
      expect(await contentOf('a.json')).toBe('new');
    });

    it('are created once when several want the same new name', async () => {
      const writers = ['a', 'b', 'c', 'd'].map(text =>
        current().files.write(USER, 'one.txt', bytes(text), { ifExists: 'fail' }),
      );
      const outcomes = await Promise.allSettled(writers);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
      expect(await contentOf('one.txt')).toBe('a');
    });

    it.each(['../evil', 'a/../../evil', '/etc/passwd', '\\\\host\\x', 'C:\\x', '..\\evil', 'a\0b', 'a/..\\..\\b'])(
      'stay inside the folder: %j',
      async path => {
        const outside = { code: 'USER_PATH_OUTSIDE' };
        await write('a/file');
        await expect(write(path)).rejects.toMatchObject(outside);
        await expect(current().files.find(USER, path)).rejects.toMatchObject(outside);
        await expect(current().files.remove(USER, path)).rejects.toMatchObject(outside);
        await expect(current().files.move(USER, 'a/file', path)).rejects.toMatchObject(outside);
        await expect(current().files.move(USER, path, 'b')).rejects.toMatchObject(outside);
        await expect(current().files.list(USER, path, { isRecursive: true, skipsHidden: false })).rejects.toMatchObject(
          outside,
        );
      },
    );

    it.each(['', '.', 'a/..', 'folder', 'file/below', 'x'.repeat(300), `${'ü'.repeat(130)}.json`, 'line\nbreak'])(
      'cannot be called %j',
      async path => {
        await write('folder/x');
        await write('file');
        const unusable = { code: 'USER_FILE_NAME_UNUSABLE' };
        await expect(write(path)).rejects.toMatchObject(unusable);
        expect(await contentOf('file')).toBe('file');
      },
    );

    it('are deleted once; folders are not', async () => {
      await write('folder/a');
      expect(await current().files.remove(USER, 'folder/a')).toBe(true);
      expect(await current().files.remove(USER, 'folder/a')).toBe(false);
      expect(await current().files.remove('nobody', 'folder/a')).toBe(false);
      await expect(current().files.remove(USER, 'folder')).rejects.toMatchObject({ code: 'USER_FILE_NAME_UNUSABLE' });
    });

    it('are listed by code point, with or without what lies deeper or is hidden', async () => {
      for (const path of ['w/b.json', 'w/a/c.json', 'w/.index.json', 'w/.git/x', 'w/B.json', 'top']) await write(path);
      const list = async (folder: string, isRecursive: boolean, skipsHidden: boolean) =>
        pathsOf(await current().files.list(USER, folder, { isRecursive, skipsHidden }));
      expect(await list('w', false, true)).toEqual(['w/B.json', 'w/a', 'w/b.json']);
      expect(await list('w', true, true)).toEqual(['w/B.json', 'w/a', 'w/a/c.json', 'w/b.json']);
      expect(await list('.', true, false)).toEqual([
        ...['top', 'w', 'w/.git', 'w/.git/x', 'w/.index.json', 'w/B.json', 'w/a', 'w/a/c.json', 'w/b.json'],
      ]);
      expect(await list('top', true, true)).toEqual([]);
      expect(await list('none', true, true)).toBeUndefined();
    });
  });

  describe('moving', () => {
    it('takes a file or folder along, making folders', async () => {
      await write('a.json');
      await write('folder/x');
      expect(await current().files.move(USER, 'a.json', 'new/b.json')).toMatchObject({ path: 'new/b.json' });
      expect(await contentOf('a.json')).toBeUndefined();
      expect(await current().files.move(USER, 'folder', 'new/folder')).toMatchObject({ kind: 'folder' });
      expect(await contentOf('new/folder/x')).toBe('folder/x');
    });

    it('replaces a file unless that is forbidden, and never a folder by a file', async () => {
      await write('a', 'a');
      await write('b', 'b');
      await write('folder/x');
      await expect(current().files.move(USER, 'a', 'b', { ifExists: 'fail' })).rejects.toMatchObject({
        code: 'USER_FILE_EXISTS',
      });
      await expect(current().files.move(USER, 'a', 'folder')).rejects.toMatchObject({
        code: 'USER_FILE_NAME_UNUSABLE',
      });
      await expect(current().files.move(USER, 'folder', 'folder/below')).rejects.toMatchObject({
        code: 'USER_FILE_NAME_UNUSABLE',
      });
      await current().files.move(USER, 'a', 'b');
      expect(await contentOf('b')).toBe('a');
    });

    it('onto itself changes nothing, and what is missing cannot be moved', async () => {
      await write('a', 'a');
      await current().files.move(USER, 'a', './a');
      expect(await contentOf('a')).toBe('a');
      expect(await current().files.move(USER, 'none', 'b')).toBeUndefined();
      expect(await current().files.move('nobody', 'none', 'b')).toBeUndefined();
    });
  });
}

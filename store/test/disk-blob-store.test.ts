import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobPlace, type BlobReference, type BlobStore, openDiskBlobStore } from '../src/index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('disk blob store', () => {
  let base: string;
  let store: BlobStore;
  let now: number;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'snug-blobs-'));
    now = 0;
    store = await openDiskBlobStore({
      input: join(base, 'input'),
      output: join(base, 'output'),
      temp: join(base, 'temp'),
      now: () => now,
    });
    await writeFile(join(base, 'secret.txt'), 'secret');
    await mkdir(join(base, 'input-other'));
    await writeFile(join(base, 'input-other', 'a.png'), 'secret');
  });
  afterEach(() => rm(base, { recursive: true }));

  function at(filename: string, subfolder = '', type: BlobPlace = 'output'): BlobReference {
    return { filename, subfolder, type };
  }

  describe('reading and writing', () => {
    it('creates input and temp at once and output with the first file', async () => {
      expect((await readdir(base)).sort()).toEqual(['input', 'input-other', 'secret.txt', 'temp']);
      await store.write(at('a.png'), bytesOf('x'));
      expect(await readdir(join(base, 'output'))).toEqual(['a.png']);
    });

    it('gives back what was written, by name, subfolder and place', async () => {
      await store.write(at('a.png', 'x/y'), bytesOf('hello'));
      expect(text(await store.read(at('a.png', 'x/y')))).toBe('hello');
      expect(text(await store.read(at('y\\a.png', '.\\x\\')))).toBe('hello');
      expect(await store.stat(at('a.png', 'x/y'))).toMatchObject({ sizeBytes: 5, modifiedMs: expect.any(Number) });
      expect(await store.stat(at('a.png'))).toBeUndefined();
      expect(await store.stat(at('a.png', 'x/y', 'input'))).toBeUndefined();
      const path = await store.localPath(at('a.png', 'x/y'));
      expect(await readFile(path ?? '', 'utf8')).toBe('hello');
    });

    it('reads ranges, cut at the end of the file', async () => {
      await store.write(at('a'), bytesOf('0123456789'));
      const range = async (start: number, end: number) => text(await store.read(at('a'), { start, end }));
      expect([
        await range(2, 5),
        await range(0, 10),
        await range(8, 99),
        await range(10, 20),
        await range(5, 2),
      ]).toEqual(['234', '0123456789', '89', '', '']);
    });

    it('rejects reading what is not there', async () => {
      await expect(store.read(at('nope.png', 'x'))).rejects.toMatchObject({
        code: 'BLOB_NOT_FOUND',
        message: 'There is no file "x/nope.png" in the output folder.',
      });
    });

    it('takes folders for missing files', async () => {
      await store.write(at('a', 'folder'), bytesOf('x'));
      expect(await store.stat(at('folder'))).toBeUndefined();
      expect(await store.localPath(at('', 'folder'))).toBeUndefined();
      expect(await store.stat(at('b', 'folder/a'))).toBeUndefined();
      expect(await store.stat(at('x'.repeat(300)))).toBeUndefined();
    });

    it('replaces a file in one step: readers see the old or the new content', async () => {
      const contents = ['a'.repeat(200_000), 'b'.repeat(300_000)];
      await store.write(at('a'), bytesOf(contents[0] ?? ''));
      let isWriting = true;
      const reading = (async () => {
        while (isWriting) expect(contents).toContain(text(await store.read(at('a'))));
      })();
      for (let i = 0; i < 20; i++) await store.write(at('a'), bytesOf(contents[i % 2] ?? ''));
      isWriting = false;
      await reading;
    });

    it('leaves nothing behind when writing fails', async () => {
      await store.write(at('x', 'taken'), bytesOf('x'));
      await expect(store.write(at('taken'), bytesOf('y'))).rejects.toMatchObject({ code: 'BLOB_WRITE_FAILED' });
      await expect(store.write(at('y', 'taken/x'), bytesOf('y'))).rejects.toMatchObject({ code: 'BLOB_WRITE_FAILED' });
      await expect(store.write(at('n'.repeat(300)), bytesOf('y'))).rejects.toMatchObject({ code: 'BLOB_WRITE_FAILED' });
      expect(await readdir(join(base, 'output'))).toEqual(['taken']);
    });

    it('gives a file that is written by its path its name only when it is complete', async () => {
      const seen: string[][] = [];
      await store.writeWith(at('a', 'sub'), async path => {
        await writeFile(path, 'whole');
        seen.push((await store.list('output', 'sub')).map(({ name }) => name));
      });
      expect(seen).toEqual([[]]);
      expect(text(await store.read(at('a', 'sub')))).toBe('whole');
      expect(await readdir(join(base, 'output', 'sub'))).toEqual(['a']);
    });

    it('passes on why a file could not be made, and leaves neither it nor a part of it', async () => {
      const failure = new Error('no codec');
      const half = store.writeWith(at('a'), async path => {
        await writeFile(path, 'half');
        throw failure;
      });
      await expect(half).rejects.toBe(failure);
      await expect(store.writeWith(at('a'), async () => {})).rejects.toMatchObject({ code: 'BLOB_WRITE_FAILED' });
      await expect(store.writeWith(at('../a'), async () => {})).rejects.toMatchObject({ code: 'BLOB_NAME_INVALID' });
      await store.write(at('b'), bytesOf('first'));
      const second = store.writeWith(at('b'), path => writeFile(path, 'second'), { ifExists: 'fail' });
      await expect(second).rejects.toMatchObject({ code: 'BLOB_EXISTS' });
      expect(await readdir(join(base, 'output'))).toEqual(['b']);
      expect(text(await store.read(at('b')))).toBe('first');
    });

    it('lets only one of several writers have a name that must be free', async () => {
      const writes = Array.from({ length: 8 }, (_, i) =>
        store.write(at('a'), bytesOf(String(i)), { ifExists: 'fail' }).then(
          () => i,
          (error: { code: string }) => error.code,
        ),
      );
      const outcomes = await Promise.all(writes);
      const winners = outcomes.filter(outcome => typeof outcome === 'number');
      expect(winners).toHaveLength(1);
      expect(outcomes.filter(outcome => outcome === 'BLOB_EXISTS')).toHaveLength(7);
      expect(text(await store.read(at('a')))).toBe(String(winners[0]));
      expect(await readdir(join(base, 'output'))).toEqual(['a']);
    });
  });

  describe('names that lead out', () => {
    const escapes: [string, string][] = [
      ['secret.txt', '..'],
      ['../secret.txt', ''],
      ['..\\secret.txt', ''],
      ['../input-other/a.png', ''],
      ['a.png', '../input-other'],
      ['/etc/passwd', ''],
      ['passwd', '/etc'],
      ['C:\\a', ''],
      ['a\0.png', ''],
      ['a', 'x\0y'],
      ['..', 'x'],
      ['.', ''],
      ['', ''],
    ];

    it.each(escapes)('are no files: %j in %j', async (filename, subfolder) => {
      const reference = at(filename, subfolder, 'input');
      expect(await store.stat(reference)).toBeUndefined();
      expect(await store.localPath(reference)).toBeUndefined();
      await expect(store.read(reference)).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
    });

    it.each(escapes)('cannot be written: %j in %j', async (filename, subfolder) => {
      await expect(store.write(at(filename, subfolder, 'input'), bytesOf('x'))).rejects.toMatchObject({
        code: 'BLOB_NAME_INVALID',
      });
      expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
    });

    it('are refused behind links, while links inside are followed', async () => {
      await store.write(at('real.png', 'x', 'input'), bytesOf('inside'));
      await symlink(base, join(base, 'input', 'out'));
      await symlink(join(base, 'secret.txt'), join(base, 'input', 'secret.png'));
      await symlink(join(base, 'input', 'x'), join(base, 'input', 'in'));
      await symlink(join(base, 'input', 'loop'), join(base, 'input', 'loop'));
      expect(await store.stat(at('secret.txt', 'out', 'input'))).toBeUndefined();
      expect(await store.stat(at('secret.png', '', 'input'))).toBeUndefined();
      expect(await store.stat(at('loop', '', 'input'))).toBeUndefined();
      expect(text(await store.read(at('real.png', 'in', 'input')))).toBe('inside');
      await expect(store.write(at('new', 'out', 'input'), bytesOf('x'))).rejects.toMatchObject({
        code: 'BLOB_NAME_INVALID',
      });
      await expect(store.write(at('new', 'out/deep/er', 'input'), bytesOf('x'))).rejects.toMatchObject({
        code: 'BLOB_NAME_INVALID',
      });
      expect(await readdir(base)).not.toContain('deep');
      await expect(store.nextName('input', 'out/a')).rejects.toMatchObject({ code: 'OUTPUT_OUTSIDE_FOLDER' });
      expect((await store.list('input')).map(entry => entry.name)).toEqual(['in', 'x']);
      expect(await store.list('input', 'out')).toEqual([]);
    });

    it('replace a link that leads out instead of writing through it', async () => {
      await symlink(join(base, 'secret.txt'), join(base, 'input', 'a.png'));
      await store.write(at('a.png', '', 'input'), bytesOf('mine'));
      expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
      expect(text(await store.read(at('a.png', '', 'input')))).toBe('mine');
    });

    it('are never found, whatever they look like', async () => {
      const part = fc.constantFrom('..', '.', '', 'input', 'input-other', 'secret.txt', 'a.png', '/', '\\', base);
      const name = fc.array(part, { maxLength: 6 }).map(parts => parts.join('/'));
      await fc.assert(
        fc.asyncProperty(name, name, async (filename, subfolder) => {
          expect(await store.localPath(at(filename, subfolder, 'input'))).toBeUndefined();
        }),
      );
    });
  });

  describe('lists', () => {
    it('files and folders by code point, without writes under way', async () => {
      for (const name of ['b.png', 'B.png', '😀.png', '！.png']) await store.write(at(name), bytesOf('x'));
      await store.write(at('x', 'a-folder'), bytesOf('x'));
      await writeFile(join(base, 'output', '.snug-0123456789abcdef.tmp'), 'half');
      expect(await store.list('output')).toEqual([
        { name: 'B.png', isFolder: false },
        { name: 'a-folder', isFolder: true },
        { name: 'b.png', isFolder: false },
        { name: '！.png', isFolder: false },
        { name: '😀.png', isFolder: false },
      ]);
      expect(await store.list('output', 'a-folder')).toEqual([{ name: 'x', isFolder: false }]);
    });

    it('files with sizes and times, links inside the place among them, without folders and links that lead out', async () => {
      for (const [name, text] of [
        ['b.png', 'four'],
        ['a.png', 'x'],
      ] as const)
        await store.write(at(name), bytesOf(text));
      await store.write(at('x', 'a-folder'), bytesOf('x'));
      await writeFile(join(base, 'secret.txt'), 'secret');
      await symlink(join(base, 'secret.txt'), join(base, 'output', 'out.txt'));
      await symlink(join(base, 'output', 'b.png'), join(base, 'output', 'c.png'));
      await utimes(join(base, 'output', 'b.png'), 1000, 2000);
      expect(await store.listFiles('output')).toMatchObject([
        { name: 'a.png', sizeBytes: 1 },
        { name: 'b.png', sizeBytes: 4, modifiedMs: 2_000_000 },
        { name: 'c.png', sizeBytes: 4, modifiedMs: 2_000_000 },
      ]);
      expect(await store.listFiles('temp')).toEqual([]);
    });

    it('nothing for folders that are missing, files or outside', async () => {
      await store.write(at('file', '', 'input'), bytesOf('x'));
      expect(await store.list('output')).toEqual([]);
      for (const folder of ['nope', 'file', '..', '/etc', '../input-other']) {
        expect(await store.list('input', folder)).toEqual([]);
      }
    });
  });

  describe('output names', () => {
    /** Makes sure that a change by others falls into another tick of the file system's clock. */
    async function touchOutput(): Promise<void> {
      const later = new Date(Date.now() + 10_000);
      await utimes(join(base, 'output'), later, later);
    }

    it('start at 1 in a folder that is created for them', async () => {
      expect(await store.nextName('output', 'a/b/ComfyUI')).toEqual({ subfolder: 'a/b', stem: 'ComfyUI', counter: 1 });
      expect(await readdir(join(base, 'output', 'a', 'b'))).toEqual([]);
    });

    it.each([
      [['ComfyUI_00001_.png', 'ComfyUI_00007_.png', 'ComfyUI_00003_.webp'], 8],
      [['ComfyUI_00012.flac'], 13],
      [['ComfyUI_99999_.png'], 100_000],
      [['ComfyUI_abc_.png', 'ComfyUI__.png', 'ComfyUI_'], 1],
      [['ComfyUI_5'], 6],
      [['ComfyUI2_00009_.png', 'XComfyUI_00009_.png', 'comfyui_00009_.png'], 1],
      [['ComfyUI_temp_00005_.png'], 1],
      [['ComfyUI_-5_.png', 'ComfyUI_1e3_.png'], 1],
      [['ComfyUI_99999999999999999999_.png', 'ComfyUI_2_.png'], 3],
    ])('continue behind %j with %d', async (names, counter) => {
      for (const name of names) await store.write(at(name), bytesOf('x'));
      expect((await store.nextName('output', 'ComfyUI')).counter).toBe(counter);
    });

    it('count folders, too', async () => {
      await store.write(at('x', 'ComfyUI_00004_'), bytesOf('x'));
      expect((await store.nextName('output', 'ComfyUI')).counter).toBe(5);
    });

    it('normalise the prefix', async () => {
      expect(await store.nextName('output', 'a//./b/../c\\name')).toMatchObject({ subfolder: 'a/c', stem: 'name' });
      expect(await store.nextName('temp', 'video/')).toMatchObject({ subfolder: '', stem: 'video' });
    });

    it.each(['../a', '/tmp/a', 'a/../../b', '..', 'C:\\a', 'a\0b'])('must not leave the folder: %j', async prefix => {
      await expect(store.nextName('output', prefix)).rejects.toMatchObject({
        code: 'OUTPUT_OUTSIDE_FOLDER',
        message: 'Saving image outside the output folder is not allowed',
      });
    });

    it('are different for everybody who asks at the same time, a whole batch apart', async () => {
      const names = await Promise.all(Array.from({ length: 5 }, () => store.nextName('output', 'a', 3)));
      expect(names.map(name => name.counter).sort((a, b) => a - b)).toEqual([1, 4, 7, 10, 13]);
    });

    it('are given out again when nobody used them for a while', async () => {
      expect((await store.nextName('output', 'a')).counter).toBe(1);
      now = 59_999;
      expect((await store.nextName('output', 'a')).counter).toBe(2);
      now = 120_000;
      expect((await store.nextName('output', 'a')).counter).toBe(1);
    });

    it('follow what is written here and by others', async () => {
      await store.nextName('output', 'a');
      await store.write(at('a_00001_.png'), bytesOf('x'));
      await store.write(at('a_00005_.png'), bytesOf('x'));
      expect((await store.nextName('output', 'a')).counter).toBe(6);
      await writeFile(join(base, 'output', 'a_00020_.png'), 'x');
      await touchOutput();
      expect((await store.nextName('output', 'a')).counter).toBe(21);
      await store.write(at('a_00030_.png'), bytesOf('x'));
      expect((await store.nextName('output', 'a')).counter).toBe(31);
    });

    it('start anew when the files were removed', async () => {
      await store.write(at('a_00005_.png'), bytesOf('x'));
      await store.nextName('output', 'a');
      await rm(join(base, 'output', 'a_00005_.png'));
      await touchOutput();
      now = 1_000_000;
      expect((await store.nextName('output', 'a')).counter).toBe(1);
    });

    it('restart at 1 for prefixes with a batch number', async () => {
      expect((await store.nextName('output', 'a%batch_num%')).counter).toBe(1);
      await store.write(at('a0_00001_.png'), bytesOf('x'));
      expect((await store.nextName('output', 'a%batch_num%')).counter).toBe(1);
    });

    it('are found again after another store took them', async () => {
      const folders = { input: join(base, 'input'), output: join(base, 'output'), temp: join(base, 'temp') };
      const other = await openDiskBlobStore(folders);
      const save = async (blobs: BlobStore): Promise<number> => {
        for (;;) {
          const { counter } = await blobs.nextName('output', 'a');
          try {
            await blobs.write(at(`a_${counter}_.png`), bytesOf('x'), { ifExists: 'fail' });
            return counter;
          } catch (error) {
            expect(error).toMatchObject({ code: 'BLOB_EXISTS' });
          }
        }
      };
      const counters = await Promise.all(Array.from({ length: 20 }, (_, i) => save(i % 2 === 0 ? store : other)));
      expect(new Set(counters).size).toBe(20);
      expect(await readdir(join(base, 'output'))).toHaveLength(20);
    });
  });

  it('empties temp and keeps the folder', async () => {
    await store.write(at('a', 'x/y', 'temp'), bytesOf('x'));
    await store.write(at('keep', '', 'input'), bytesOf('x'));
    await symlink(join(base, 'input'), join(base, 'temp', 'link'));
    await store.clearTemp();
    expect(await readdir(join(base, 'temp'))).toEqual([]);
    expect(await readdir(join(base, 'input'))).toEqual(['keep']);
    await rm(join(base, 'temp'), { recursive: true });
    await store.clearTemp();
    expect(await readdir(join(base, 'temp'))).toEqual([]);
  });

  it('says which folder cannot be created', async () => {
    const blocked = join(base, 'secret.txt', 'input');
    await expect(
      openDiskBlobStore({ input: blocked, output: join(base, 'o'), temp: join(base, 't') }),
    ).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE', message: expect.stringContaining(blocked) });
  });
});

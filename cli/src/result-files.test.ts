import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutputFile } from '@snug/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { downloadFiles, savedPath, shownPath } from './result-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-results-'));
});

function outputFile(filename: string, subfolder = ''): OutputFile {
  return { filename, subfolder, type: 'output', nodeId: '9', kind: 'images' };
}

/** A server whose every file holds this text. */
function serving(text: string) {
  return { download: async () => new TextEncoder().encode(text) };
}

describe('downloadFiles', () => {
  it('writes files below the folder, subfolders included', async () => {
    const written = await downloadFiles(serving('a'), [outputFile('x.png'), outputFile('y.png', 'sub/dir')], folder);
    expect(written.map(({ path }) => path)).toEqual([join(folder, 'x.png'), join(folder, 'sub', 'dir', 'y.png')]);
    expect(await readFile(join(folder, 'sub', 'dir', 'y.png'), 'utf8')).toBe('a');
  });

  it('never replaces a file, and writes nothing twice', async () => {
    await downloadFiles(serving('a'), [outputFile('x.png')], folder);
    await downloadFiles(serving('a'), [outputFile('x.png')], folder);
    const [other] = await downloadFiles(serving('b'), [outputFile('x.png')], folder);
    expect(other?.path).toBe(join(folder, 'x (1).png'));
    expect((await readdir(folder)).sort()).toEqual(['x (1).png', 'x.png']);
  });

  it.each([
    ['../x.png', ''],
    ['x.png', '../../etc'],
    ['x.png', '/etc'],
    ['..', ''],
    ['..\\x.png', ''],
    ['x\0.png', ''],
  ])('refuses the name %j in %j', async (filename, subfolder) => {
    const target = join(folder, 'inner');
    await expect(downloadFiles(serving('a'), [outputFile(filename, subfolder)], target)).rejects.toMatchObject({
      code: 'OUTPUT_NAME_UNSAFE',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('savedPath', () => {
  it('answers where a server on this machine saved a file', () => {
    expect(savedPath(outputFile('x.png', 'a'), '/out')).toBe('/out/a/x.png');
  });
});

describe('shownPath', () => {
  it('is short below the working folder and whole elsewhere', () => {
    expect(shownPath('/work/out/x.png', '/work')).toBe('out/x.png');
    expect(shownPath('/other/x.png', '/work')).toBe('/other/x.png');
    expect(shownPath('/work', '/work')).toBe('/work');
  });
});

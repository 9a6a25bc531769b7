import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findNodePacks } from './node-packs.ts';

/** Writes files, by their path below a new folder, and answers the folder. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snug-packs-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

describe('findNodePacks', () => {
  it('finds modules and packages in the order of their names and skips what is disabled or no pack', async () => {
    const folder = await folderWith({
      'b.mjs': '',
      'a.js': '',
      'c.mjs.disabled': '',
      '.hidden.mjs': '',
      'readme.txt': '',
      'package/package.json': '{"main": "src/index.js"}',
      'package/src/index.js': '',
      'plain/package.json': '{}',
      'plain/index.js': '',
      'off.disabled/package.json': '{}',
      '__pycache__/x.pyc': '',
      'pictures/a.png': '',
    });

    const found = await findNodePacks([folder]);

    expect(found.skipped).toEqual([]);
    expect(found.packs.map(({ name }) => name)).toEqual(['a', 'b', 'package', 'plain']);
    expect(found.packs.map(({ url }) => url)).toEqual(
      ['a.js', 'b.mjs', 'package/src/index.js', 'plain/index.js'].map(name => pathToFileURL(join(folder, name)).href),
    );
    expect(found.packs.map(pack => pack.folder)).toEqual([null, null, join(folder, 'package'), join(folder, 'plain')]);
  });

  it('answers the web folder that a manifest names', async () => {
    const folder = await folderWith({ 'p/package.json': '{"snug": {"webDirectory": "./web/js"}}', 'p/index.js': '' });
    const { packs } = await findNodePacks([folder]);
    expect(packs[0]?.webDirectory).toBe(join(folder, 'p', 'web', 'js'));
  });

  it.each([
    ['a manifest that is no JSON', { 'p/package.json': 'no json' }, 'package.json cannot be read'],
    ['a main that is no text', { 'p/package.json': '{"main": 5}' }, '"main" in its package.json is no text'],
    [
      'a module that is not built',
      { 'p/package.json': '{"main": "dist/x.js"}' },
      'its module dist/x.js does not exist',
    ],
    ['a web folder outside', { 'p/package.json': '{"snug": {"webDirectory": "../q"}}', 'p/index.js': '' }, 'no folder'],
    ['itself as web folder', { 'p/package.json': '{"snug": {"webDirectory": "."}}', 'p/index.js': '' }, 'no folder'],
    [
      'a web folder that is no text',
      { 'p/package.json': '{"snug": {"webDirectory": 1}}', 'p/index.js': '' },
      'no folder',
    ],
    ['Python code', { 'p/__init__.py': '' }, 'written in Python'],
    ['Python code with a front-end project', { 'p/__init__.py': '', 'p/package.json': '{}' }, 'written in Python'],
    ['a Python module', { 'p.py': '' }, 'written in Python'],
  ])('skips a pack with %s and says why', async (_, files, reason) => {
    const { packs, skipped } = await findNodePacks([await folderWith(files as never)]);
    expect(packs).toEqual([]);
    expect(skipped.map(pack => pack.reason)).toEqual([expect.stringContaining(reason)]);
  });

  it('takes the first of two packs with one name', async () => {
    const [first, second] = [
      await folderWith({ 'p.mjs': '' }),
      await folderWith({ 'p/index.js': '', 'p/package.json': '{}' }),
    ];
    const { packs, skipped } = await findNodePacks([first, second, first]);
    expect(packs.map(({ url }) => url)).toEqual([pathToFileURL(join(first, 'p.mjs')).href]);
    expect(skipped).toEqual([{ name: 'p', path: join(second, 'p'), reason: expect.stringContaining('same name') }]);
  });

  it('finds nothing where there is no folder', async () => {
    expect(await findNodePacks(['/nowhere'])).toEqual({ packs: [], skipped: [] });
  });
});

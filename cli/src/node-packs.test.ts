import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findNodePacks } from './node-packs.ts';

describe('findNodePacks', () => {
  it('finds modules and packages, skips what is disabled, and names Python packs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snug-packs-'));
    for (const name of ['b.mjs', 'a.js', 'c.mjs.disabled', '.hidden.mjs', 'readme.txt', 'old.py']) {
      await writeFile(join(folder, name), '');
    }
    for (const name of ['package', 'python', 'off.disabled', 'empty', '__pycache__']) {
      await mkdir(join(folder, name));
    }
    await writeFile(join(folder, 'package', 'package.json'), '{"main": "src/index.js"}');
    await writeFile(join(folder, 'python', '__init__.py'), '');
    await writeFile(join(folder, 'empty', 'package.json'), 'no json');

    const found = await findNodePacks(folder);

    expect(found.urls).toEqual(
      ['a.js', 'b.mjs', 'package/src/index.js'].map(name => pathToFileURL(join(folder, name)).href),
    );
    expect(found.python).toEqual(['old.py', 'python']);
  });

  it('finds nothing where there is no folder', async () => {
    expect(await findNodePacks('/nowhere')).toEqual({ urls: [], python: [] });
  });
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { choosePacks, type PackSettings } from './choose-packs.ts';

/** Names of the packs that are chosen from a.mjs, b.mjs and c.py, and the warnings. */
async function choice(settings: PackSettings) {
  const folder = await mkdtemp(join(tmpdir(), 'snug-choice-'));
  for (const name of ['a.mjs', 'b.mjs', 'c.py']) await writeFile(join(folder, name), '');
  const warnings: string[] = [];
  const logger = { warn: (_: object, text: string) => warnings.push(text) };
  const packs = await choosePacks([folder], settings, logger as never);
  return { names: packs.map(({ name }) => name), warnings };
}

it('loads all packs and names those in Python', async () => {
  const { names, warnings } = await choice({ disableAllCustomNodes: false });
  expect(names).toEqual(['a', 'b']);
  expect(warnings).toEqual([expect.stringMatching(/"c\.py" is left out: it is written in Python/)]);
});

it('loads none when they are disabled', async () => {
  expect(await choice({ disableAllCustomNodes: true })).toEqual({ names: [], warnings: [] });
});

it('loads those on the list in spite of that and says which are not there', async () => {
  const { names, warnings } = await choice({ disableAllCustomNodes: true, whitelistCustomNodes: ['b', 'zzz'] });
  expect(names).toEqual(['b']);
  expect(warnings).toEqual(['There is no node pack "zzz" to load']);
});

it('ignores the list while packs are not disabled', async () => {
  expect((await choice({ disableAllCustomNodes: false, whitelistCustomNodes: ['b'] })).names).toEqual(['a', 'b']);
});

// Node packs as a user installs them: in custom_nodes of the base folder and in folders of an extra-paths file. A pack that cannot
// be loaded is reported and costs nobody else anything.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServerProcess } from './server-process.ts';

/** A pack with one output node of this class. */
const packWith = (id: string) => `export const createPack = ({ defineNode }) => ({
  name: '${id}', pythonModule: 'custom_nodes.${id}',
  nodes: [defineNode({ id: '${id}', inputs: {}, outputs: [], outputNode: true, execute: () => {} })],
});`;

/** A new base folder with these files, by path. */
async function baseWith(files: Readonly<Record<string, string>>): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), 'snug-packs-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(base, name)), { recursive: true });
    await writeFile(join(base, name), text);
  }
  return base;
}

async function classesOf(url: string): Promise<string[]> {
  return Object.keys((await (await fetch(`${url}/object_info`)).json()) as object).filter(id => id.startsWith('Pack'));
}

describe('node packs', () => {
  it('are loaded from all folders; those that fail are reported and skipped', async () => {
    const base = await baseWith({
      'custom_nodes/a-good.mjs': packWith('PackGood'),
      'custom_nodes/b-syntax.mjs': 'export const createPack = (',
      'custom_nodes/c-throws/package.json': '{"main": "index.mjs"}',
      'custom_nodes/c-throws/index.mjs': 'export const createPack = () => { throw "no reason"; };',
      'custom_nodes/d-exits.mjs': 'process.exit(3);',
      'custom_nodes/e-python/__init__.py': '',
      'custom_nodes/f-unbuilt/package.json': '{"main": "dist/index.js"}',
      'custom_nodes/g-empty.mjs': 'export const nothing = 1;',
      'custom_nodes/h-nodes.mjs': 'export const createPack = () => ({ name: "h", pythonModule: "h", nodes: [{}] });',
      'shared/package/package.json': '{"main": "./lib/index.mjs"}',
      'shared/package/lib/index.mjs': packWith('PackShared'),
      'extra.yaml': 'more:\n  custom_nodes: shared\n',
    });
    await using server = await startServerProcess({
      base,
      flags: ['--extra-model-paths-config', join(base, 'extra.yaml')],
    });
    expect(await classesOf(server.url)).toEqual(['PackGood', 'PackShared']);
    const messages = server.log.replaceAll('\\"', '"');
    for (const said of [
      /b-syntax\.mjs/,
      /c-throws.*no reason/,
      /d-exits\.mjs.*exit code 3/,
      /"e-python" is left out: it is written in Python/,
      /"f-unbuilt" is left out: its module dist\/index\.js does not exist/,
      /g-empty\.mjs" exports no function "createPack"/,
      /"h" is not well defined/,
    ]) {
      expect(messages).toMatch(said);
    }
    const body = JSON.stringify({ prompt: { 1: { class_type: 'PackShared', inputs: {} } } });
    expect((await fetch(`${server.url}/prompt`, { method: 'POST', body })).status).toBe(200);
  });

  it('are not loaded when they are disabled, but for those on the list', async () => {
    const base = await baseWith({
      'custom_nodes/one.mjs': packWith('PackOne'),
      'custom_nodes/two.mjs': packWith('PackTwo'),
    });
    {
      const server = await startServerProcess({ base, flags: ['--disable-all-custom-nodes'] });
      expect(await classesOf(server.url)).toEqual([]);
      await server.end('SIGTERM');
    }
    await using server = await startServerProcess({
      base,
      flags: ['--disable-all-custom-nodes', '--whitelist-custom-nodes', 'two'],
    });
    expect(await classesOf(server.url)).toEqual(['PackTwo']);
  });
});

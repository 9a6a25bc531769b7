// `snug node init`: what it makes is tested by its own test, checked by the compiler and loaded by a server.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CatalogueClient } from './catalogue/catalogue-client.ts';
import { CatalogueGraph } from './catalogue/catalogue-graph.ts';
import { repository, runCommand, startServerProcess } from './server-process.ts';

const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');

/** Runs Node.js in a folder. Vitest's own settings are kept from it: they would make it another kind of test run. */
async function node(cwd: string, ...args: string[]): Promise<string> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, VITEST: ___, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env }).catch(error => {
    throw new Error(`node ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

const newBase = () => mkdtemp(join(tmpdir(), 'snug-init-'));

describe.each([
  { language: 'javascript', source: 'src/index.js' },
  { language: 'typescript', source: 'src/index.ts' },
])('a new pack in $language', ({ language, source }) => {
  let base: string;
  let pack: string;

  beforeAll(async () => {
    base = await newBase();
    const made = await runCommand(['node', 'init', 'my-nodes', '--base-directory', base, `--${language}`]);
    expect(made).toMatchObject({ code: 0 });
    pack = made.stdout.trim();
    expect(pack).toBe(join(base, 'custom_nodes', 'my-nodes'));
  });

  it('passes its own test as it is', async () => {
    const report = await node(pack, '--test', '--test-reporter', 'tap');
    expect(report).toMatch(/^# pass 2$/m);
    expect(report).toMatch(/^# fail 0$/m);
  });

  it('passes the compiler, which knows the values of its inputs', async () => {
    await node(pack, compiler, '-p', '.');
    const path = join(pack, source);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('value * factor', 'value * factor.length'));
    await expect(node(pack, compiler, '-p', '.')).rejects.toThrow(/'length' does not exist on type 'number'/);
    await writeFile(path, text.replace('image.data.map', 'image.pixels.map'));
    await expect(node(pack, compiler, '-p', '.')).rejects.toThrow(/'pixels' does not exist on type 'Tensor'/);
    await writeFile(path, text);
    await node(pack, compiler, '-p', '.');
    await node(pack, '--test');
  });

  it('is loaded by a server and runs', async () => {
    await using server = await startServerProcess({ base });
    const client = await CatalogueClient.connect(server.url);
    const graph = new CatalogueGraph('init', language);
    const grey = graph.node('EmptyImage', { width: 16, height: 16, batch_size: 1, color: 0x404040 });
    const save = graph.save(graph.node('MyNodesBrightness', { image: grey.out(0), factor: 2 }));
    expect((await client.run(graph)).levels(save)).toEqual([0x80]);
    client.close();
  });
});

describe('snug node init', () => {
  it('puts the pack into another folder when told to', async () => {
    const base = await newBase();
    const made = await runCommand(['node', 'init', 'elsewhere', '--directory', join(base, 'a', 'b')]);
    expect(made).toMatchObject({ code: 0, stdout: `${join(base, 'a', 'b', 'elsewhere')}\n` });
    expect(await readdir(base)).toEqual(['a']);
  });

  it('touches nothing that exists', async () => {
    const base = await newBase();
    const folder = join(base, 'custom_nodes', 'taken');
    await mkdir(folder, { recursive: true });
    const refused = await runCommand(['node', 'init', 'taken', '--base-directory', base]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`There is something at ${folder} already`);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['', '.', '..', '../out', 'a/b', 'Capital', '1st', 'a b', '-x', 'a--b', 'a.disabled', 'é', 'x'.repeat(65)])(
    'refuses the name "%s"',
    async name => {
      const base = await newBase();
      const refused = await runCommand(['node', 'init', '--base-directory', base, '--', name]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('A node pack cannot be called');
      expect(await readdir(base)).toEqual([]);
    },
  );

  it.each([
    ['no name', ['node', 'init']],
    ['two languages', ['node', 'init', 'x', '--typescript', '--javascript']],
    ['a subcommand that does not exist', ['node', 'remove']],
  ])('is called wrongly with %s', async (_, args) => {
    expect(await runCommand(args, { cwd: await newBase() })).toMatchObject({ code: 2, stdout: '' });
  });

  it('says why the folder cannot be made', async () => {
    const base = await newBase();
    await writeFile(join(base, 'custom_nodes'), 'a file');
    const refused = await runCommand(['node', 'init', 'x', '--base-directory', base]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Cannot make the node pack');
  });
});

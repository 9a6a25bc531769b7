// `snug run`, with a server of its own and with one that is running.
import { access, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { colourPrompt, slowPrompt } from './prompts.ts';
import { lineWith, repository, runCommand, startServerProcess } from './server-process.ts';

let folder: string;
let workflow: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snug-run-'));
  workflow = join(folder, 'workflow_api.json');
  await writeFile(workflow, JSON.stringify(colourPrompt()));
});

describe('snug run', () => {
  it('runs a workflow, prints the file and leaves nothing else behind', async () => {
    const output = join(folder, 'pictures');
    const flags = ['--set', '2.filename_prefix=mine', '--set', '1.width=32', '--output', output];
    const { code, stdout, stderr } = await runCommand(['run', workflow, ...flags], { cwd: folder });

    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toBe('pictures/mine_00001_.png\n');
    expect(stderr).toContain('SaveImage');
    expect(stderr).not.toContain('\r');
    expect(await readdir(output)).toEqual(['mine_00001_.png']);
  });

  it('reads a submission from standard input and prints JSON', async () => {
    const input = JSON.stringify({ prompt: colourPrompt({ prefix: 'piped' }) });
    const { code, stdout } = await runCommand(['run', '-', '--json', '--output', 'out'], { cwd: folder, input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'success',
      files: [{ path: join(folder, 'out', 'piped_00001_.png'), node_id: '2', kind: 'images' }],
      outputs: { '2': { images: [{ filename: 'piped_00001_.png' }] } },
    });
  });

  it('fetches the results of another server', async () => {
    await using server = await startServerProcess();
    const args = ['run', workflow, '--server', server.url];
    const first = await runCommand(args, { cwd: folder });
    expect(first).toMatchObject({ code: 0, stdout: 'output/colour_00001_.png\n' });
    // The second run is cached: the same file, the same bytes, nothing written twice.
    const second = await runCommand(args, { cwd: folder });
    expect(second.stdout).toBe(first.stdout);
    expect(await readdir(join(folder, 'output'))).toEqual(['colour_00001_.png']);
  });

  it('works in the folders of a server that is running', async () => {
    await using server = await startServerProcess();
    const { code } = await runCommand(['run', workflow, '--base-directory', server.base]);
    expect(code).toBe(0);
    expect((await fetch(`${server.url}/queue`)).status).toBe(200);
  });

  it('takes its prompt off the server when it is interrupted', async () => {
    await using server = await startServerProcess({ packs: ['test-nodes.mjs'] });
    await writeFile(workflow, JSON.stringify(slowPrompt(600_000)));
    const interrupted = await runCommand(['run', workflow, '--server', server.url], {
      cwd: folder,
      onStart: command => {
        void lineWith('TestWait', command).then(() => command.child.kill('SIGINT'));
      },
    });
    expect(interrupted.signal).toBe('SIGINT');
    const next = await runCommand(['run', '-', '--server', server.url], {
      cwd: folder,
      input: JSON.stringify(colourPrompt()),
    });
    expect(next.code).toBe(0);
  });

  it('says which node and input were refused', async () => {
    const args = ['run', workflow, '--set', '1.width=0', '--output', folder];
    const { code, stderr } = await runCommand(args, { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*node 1 \(EmptyImage\): Value 0 smaller than min of 1/m);
  });

  it.each([
    [['run', '/nowhere.json'], 'Cannot read the workflow /nowhere.json'],
    [['run'], "missing required argument 'workflow'"],
    [['run', '-', '--set', 'x'], 'expected node.input=value'],
    [['rum'], "unknown command 'rum'"],
  ])('reports a wrong call: %j', async (args, message) => {
    const { code, stderr } = await runCommand(args, { input: JSON.stringify(colourPrompt()) });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

const checkpoint = join(repository, 'demo', 'models', 'checkpoints', 'snug-demo.safetensors');
const hasCheckpoint = await access(checkpoint).then(
  () => true,
  () => false,
);

describe('snug demo', () => {
  it.runIf(hasCheckpoint)('draws a picture and says how to go on', async () => {
    const args = ['demo', 'a yellow banana', '--seed', '3', '--output', join(folder, 'demo')];
    const { code, stdout, stderr } = await runCommand(args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/snug-demo_00001_\.png\n$/);
    expect(stderr).toContain('Sampler 100 % (20/20)');
    expect(stderr).toContain('npm start -- --base-directory demo');
  });

  it.runIf(!hasCheckpoint)('says what is missing without the checkpoint', async () => {
    const { code, stderr } = await runCommand(['demo']);
    expect(code).toBe(1);
    expect(stderr).toContain('snug-demo.safetensors is missing');
  });
});

// Starting and refusing to start.

import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SnugClient } from '@snug/client';
import { describe, expect, it } from 'vitest';
import { colourPrompt, getJson } from './prompts.ts';
import { childrenOf, runCommand, startServerProcess } from './server-process.ts';

async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'snug-e2e-'));
}

describe('snug serve', () => {
  it.runIf(process.platform === 'linux')('never loads onnxruntime itself', async () => {
    await using server = await startServerProcess();
    const { files } = await new SnugClient({ baseUrl: server.url }).run(colourPrompt());
    // Also not for pictures in other formats, which the server makes itself.
    const view = await fetch(`${server.url}/view?filename=${files[0]?.filename}&preview=jpeg`);
    expect(view.headers.get('content-type')).toBe('image/jpeg');
    const maps = await readFile(`/proc/${server.pid}/maps`, 'utf8');
    expect(maps).toContain('libsql');
    expect(maps).not.toContain('onnxruntime');
  });

  it('names a flag that does not exist and suggests the one that was meant', async () => {
    const { code, stderr } = await runCommand(['serve', '--prot', '1']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unknown option '--prot'\s.*Did you mean --port\?/s);
  });

  it('accepts flags of the reference that it does not need', async () => {
    const flags = ['--lowvram', '--reserve-vram', '1', '--use-pytorch-cross-attention'];
    await using server = await startServerProcess({ flags });
    expect(server.log).toContain('--use-pytorch-cross-attention is accepted but has no effect');
    expect(at(await getJson(`${server.url}/system_stats`))).toEqual(expect.arrayContaining(flags));
  });

  it('logs to standard output, or only what matters, when told to', async () => {
    const base = await temporaryFolder();
    const start = ['serve', '--port', '0', '--base-directory', base, '--quick-test-for-ci'];
    const moved = await runCommand([...start, '--log-stdout']);
    expect([moved.code, moved.stderr]).toEqual([0, '']);
    expect(moved.stdout).toContain('Listening on http://127.0.0.1:');
    const silent = await runCommand([...start, '--dont-print-server', '--database-url', 'sqlite:///x.db']);
    expect([silent.code, silent.stdout]).toEqual([0, '']);
    expect(silent.stderr).not.toContain('Listening');
    expect(silent.stderr).toContain('--user-directory');
  });

  it('refuses to be reachable from outside without a word', async () => {
    const base = await temporaryFolder();
    const refused = await runCommand(['serve', '--listen', '--port', '0', '--base-directory', base]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--insecure-no-auth');
  });

  it('says who holds the port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const base = await temporaryFolder();
    const { code, stderr } = await runCommand(['serve', '--port', String(port), '--base-directory', base]);
    holder.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1 port ${port}`);
    expect(stderr).toContain('--port');
  });

  it('refuses to share a user folder with another server', async () => {
    await using server = await startServerProcess();
    const { code, stderr } = await runCommand(['serve', '--port', '0', '--base-directory', server.base]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/in use by another process/);
    expect((await fetch(`${server.url}/queue`)).status).toBe(200);
  });

  it.each([
    ['--user-directory', '/nowhere/user'],
    ['--models-directory', '/nowhere/models'],
    ['--front-end-root', '/nowhere/web'],
    ['--extra-model-paths-config', '/nowhere/paths.yaml'],
    ['--port', '99999'],
    ['--preview-method', 'magic'],
  ])('names what is wrong with %s %s', async (flag, value) => {
    const base = await temporaryFolder();
    const { code, stderr } = await runCommand(['serve', '--port', '0', '--base-directory', base, flag, value]);
    expect(code).not.toBe(0);
    const [line] = stderr.split('\n').filter(text => text.startsWith('error:'));
    expect(line).toContain(value.startsWith('/') ? value : flag);
  });

  it('starts everything and exits when asked to by CI', async () => {
    const base = await temporaryFolder();
    const { code } = await runCommand(['serve', '--quick-test-for-ci', '--port', '0', '--base-directory', base]);
    expect(code).toBe(0);
  });

  it('reads settings from a file, below flags', async () => {
    const config = join(await temporaryFolder(), 'snug.json');
    await writeFile(config, JSON.stringify({ enableCorsHeader: 'https://a.example', port: 1 }));
    await using server = await startServerProcess({ flags: ['--config', config] });
    const response = await fetch(`${server.url}/queue`);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example');
  });

  it('has one worker process, started after it listens', async () => {
    await using server = await startServerProcess();
    await getJson(`${server.url}/object_info/SaveImage`);
    expect(childrenOf(server.pid)).toHaveLength(1);
  });
});

function at(stats: object): readonly string[] {
  return (stats as { system: { argv: string[] } }).system.argv;
}

// Node packs on the web side, the log and the flags of the front end, through the real command.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../server/test/http-client.ts';
import { SocketClient } from '../server/test/socket-client.ts';
import { colourPrompt } from './prompts.ts';
import { runCommand, type ServerProcess, startServerProcess } from './server-process.ts';

async function write(base: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(base, name)), { recursive: true });
    await writeFile(join(base, name), text);
  }
}

let server: ServerProcess;
let port: number;

beforeAll(async () => {
  const base = await mkdtemp(join(tmpdir(), 'snug-e2e-packs-'));
  await write(base, {
    'custom_nodes/my-pack/index.mjs':
      "export const createPack = () => ({ name: 'my-pack', pythonModule: 'custom_nodes.my-pack', nodes: [] });",
    'custom_nodes/my-pack/package.json': JSON.stringify({
      name: 'my-pack',
      version: '1.0.0',
      type: 'module',
      main: 'index.mjs',
      snug: { webDirectory: 'web' },
    }),
    'custom_nodes/my-pack/web/main.js': 'export {};',
    'custom_nodes/my-pack/example_workflows/one.json': '{}',
    'custom_nodes/my-pack/locales/en/main.json': '{"hello": "Hello"}',
    'custom_nodes/my-pack/subgraphs/s.json': '{"nodes": []}',
    'custom_nodes/my-pack/node_replacements.json': JSON.stringify({
      VeryOldImage: [{ new_node_id: 'EmptyImage' }],
    }),
    'front/index.html': '<p>front end</p>',
  });
  server = await startServerProcess({
    base,
    flags: [
      '--front-end-root',
      join(base, 'front'),
      '--offline',
      '--feature-flag',
      'show_signin_button',
      'limit=3',
      '--default-hashing-function',
      'md5',
    ],
  });
  port = Number(new URL(server.url).port);
});
afterAll(() => server[Symbol.asyncDispose]());

const get = async (path: string) => send(port, path);

describe('a node pack', () => {
  it('brings scripts, templates, texts and subgraphs', async () => {
    expect((await get('/extensions')).json()).toEqual(['/extensions/my-pack/main.js']);
    expect((await get('/extensions/my-pack/main.js')).text).toBe('export {};');
    expect((await get('/workflow_templates')).json()).toEqual({ 'my-pack': ['one'] });
    expect((await get('/api/workflow_templates/my-pack/one.json')).text).toBe('{}');
    expect((await get('/i18n')).json()).toEqual({ en: { hello: 'Hello' } });
    expect(Object.values((await get('/global_subgraphs')).json() as object)).toMatchObject([{ name: 's' }]);
  });

  it('brings successors of old classes, which prompts get', async () => {
    const prompt = JSON.parse(JSON.stringify(colourPrompt({ prefix: 'old' }))) as Record<
      string,
      { class_type: string }
    >;
    for (const node of Object.values(prompt)) {
      if (node.class_type === 'EmptyImage') node.class_type = 'VeryOldImage';
    }
    expect(JSON.stringify(prompt)).toContain('VeryOldImage');
    const socket = new SocketClient(port, '/ws?clientId=old');
    await socket.until('status');
    const body = JSON.stringify({ prompt, client_id: 'old' });
    const answer = await send(port, '/prompt', { method: 'POST', body });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"node_errors":{}')]);
    await socket.until('executing', ({ node }) => node === null);
    expect(socket.summary).toContain('execution_success');
    await socket.close();
  });
});

describe('the log', () => {
  it('is shown from the first line on, and followed', async () => {
    expect((await get('/internal/logs')).json()).toMatch(
      /--default-hashing-function is accepted but has no effect: .+\n/,
    );
    expect((await get('/internal/logs')).json()).toContain('Listening on');
    const socket = new SocketClient(port, '/ws?clientId=follower');
    await socket.until('status');
    await send(port, '/internal/logs/subscribe', {
      method: 'PATCH',
      body: JSON.stringify({ clientId: 'follower', enabled: true }),
    });
    const prompt = colourPrompt({ prefix: 'logged', color: 77 });
    await send(port, '/prompt', { method: 'POST', body: JSON.stringify({ prompt, client_id: 'follower' }) });
    await socket.until('logs', ({ entries }) => /Prompt executed in \d+\.\d\d seconds/.test(JSON.stringify(entries)));
    expect(socket.summary.indexOf('logs')).toBeLessThan(socket.summary.indexOf('execution_start'));
    await socket.close();
  });
});

describe('flags', () => {
  it('--offline confines pages, --feature-flag adds flags, --front-end-root is served', async () => {
    const page = await get('/');
    expect(page.text).toBe('<p>front end</p>');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect((await get('/features')).json()).toMatchObject({ show_signin_button: true, limit: 3 });
  });

  it('--list-feature-flags lists them and ends', async () => {
    const { code, stdout } = await runCommand(['serve', '--list-feature-flags']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('show_signin_button\t')]);
  });

  it('--front-end-version without a network says what to do', async () => {
    const base = await mkdtemp(join(tmpdir(), 'snug-e2e-front-end-'));
    const flags = ['--base-directory', base, '--port', '0', '--offline', '--front-end-version', 'a/b@1.2.3'];
    const { code, stderr } = await runCommand(['serve', ...flags]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/a\/b@1\.2\.3 cannot be fetched .*--front-end-root/)]);
  });

  it('--front-end-version serves a release that was kept, also without a network', async () => {
    const base = await mkdtemp(join(tmpdir(), 'snug-e2e-front-end-'));
    await write(base, { 'user/__front_ends/a_b/1.2.3/index.html': 'kept' });
    await using kept = await startServerProcess({ base, flags: ['--offline', '--front-end-version', 'a/b@latest'] });
    expect((await send(Number(new URL(kept.url).port), '/')).text).toBe('kept');
  });

  it('a front end version that is none is refused at once', async () => {
    const { code, stderr } = await runCommand(['serve', '--front-end-version', 'nonsense']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--front-end-version: must be owner/repo@version')]);
  });
});

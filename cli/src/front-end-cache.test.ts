import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provideFrontEnd } from './front-end-cache.ts';
import { parseFrontEndVersion } from './front-end-version.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const page = { 'index.html': text('<p>page'), 'assets/deep/a.js': text('a()') };

/** Plays the interface for releases: answers by path. */
class ReleaseServer {
  readonly answers = new Map<string, { status?: number; body: string | Uint8Array }>();
  readonly asked: string[] = [];
  #server: Server | undefined;
  base = '';

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked.push(path);
      const { status = 200, body } = this.answers.get(path) ?? { status: 404, body: '{}' };
      response.writeHead(status).end(body);
    }).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise(resolve => this.#server?.close(resolve));
  }

  /** A release with an archive of these files, or of these bytes. */
  release(tag: string, archive: Uint8Array, changes: object = {}): object {
    this.answers.set(`/dl/${tag}/dist.zip`, { body: archive });
    const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
    const asset = { name: 'dist.zip', browser_download_url: `${this.base}/dl/${tag}/dist.zip`, digest, ...changes };
    return { tag_name: tag, prerelease: tag.includes('-'), assets: [{ name: 'notes.txt' }, asset] };
  }

  offer(path: string, document: unknown): void {
    this.answers.set(`/repos/o/r/releases${path}`, { body: JSON.stringify(document) });
  }
}

let releases: ReleaseServer;
let userFolder: string;
let notices: string[];

beforeEach(async () => {
  releases = new ReleaseServer();
  await releases.start();
  userFolder = await mkdtemp(join(tmpdir(), 'snug-front-end-'));
  notices = [];
});
afterEach(async () => {
  await releases.stop();
  await rm(userFolder, { recursive: true });
});

async function provide(version: string, options: { isOffline?: boolean; apiBase?: string } = {}): Promise<string> {
  const wanted = parseFrontEndVersion(`o/r@${version}`);
  if (wanted === undefined) throw new Error(`${version} is no version`);
  const onNotice = (notice: string): void => void notices.push(notice);
  return provideFrontEnd(wanted, { userFolder, isOffline: false, apiBase: releases.base, onNotice, ...options });
}

const kept = async (): Promise<string[]> =>
  (await readdir(join(userFolder, '__front_ends/o_r')).catch(() => [])).sort();

describe('a release that can be fetched', () => {
  it('is unpacked below the user folder, once', async () => {
    releases.offer('/tags/v1.2.3', releases.release('v1.2.3', zipSync(page)));
    const folder = await provide('1.2.3');
    expect(folder).toBe(join(userFolder, '__front_ends/o_r/1.2.3'));
    expect(await readFile(join(folder, 'assets/deep/a.js'), 'utf8')).toBe('a()');
    const asked = releases.asked.length;
    expect(await provide('v1.2.3')).toBe(folder);
    expect(releases.asked.length).toBe(asked);
    expect(await kept()).toEqual(['1.2.3']);
  });

  it('may have a tag without v', async () => {
    releases.offer('/tags/1.2.3', releases.release('1.2.3', zipSync(page)));
    expect(await provide('1.2.3')).toContain('1.2.3');
  });

  it('is the newest for latest, asked for each time but downloaded once', async () => {
    releases.offer('/latest', releases.release('v2.0.0', zipSync(page)));
    expect(await provide('latest')).toContain('2.0.0');
    expect(await provide('latest')).toContain('2.0.0');
    expect(releases.asked.filter(path => path.startsWith('/dl/'))).toHaveLength(1);
    releases.offer('/latest', releases.release('v2.0.1', zipSync(page)));
    expect(await provide('latest')).toContain('2.0.1');
    expect(notices).toEqual(['Fetching the front end o/r@2.0.0', 'Fetching the front end o/r@2.0.1']);
  });

  it('is the newest that is marked so for prerelease', async () => {
    const archive = zipSync(page);
    const list = ['v3.0.0', 'v3.0.0-rc.2', 'v3.0.0-rc.1'].map(tag => releases.release(tag, archive));
    releases.offer('?per_page=30', list);
    expect(await provide('prerelease')).toContain('3.0.0-rc.2');
  });

  it('is the same for two servers that start at once', async () => {
    releases.offer('/latest', releases.release('v2.0.0', zipSync(page)));
    const [first, second] = await Promise.all([provide('latest'), provide('latest')]);
    expect(first).toBe(second);
    expect(await kept()).toEqual(['2.0.0']);
  });
});

describe('without a network', () => {
  const nowhere = { apiBase: 'http://127.0.0.1:9' };

  it('an exact version that was kept is used without asking', async () => {
    releases.offer('/tags/v1.2.3', releases.release('v1.2.3', zipSync(page)));
    const folder = await provide('1.2.3');
    expect(await provide('1.2.3', nowhere)).toBe(folder);
    expect(await provide('1.2.3', { isOffline: true })).toBe(folder);
  });

  it('latest is the newest that was kept, and this is said', async () => {
    for (const tag of ['v1.9.0', 'v1.10.0', 'v2.0.0-rc.1']) {
      releases.offer('/latest', releases.release(tag, zipSync(page)));
      await provide('latest');
    }
    expect(await provide('latest', nowhere)).toContain('1.10.0');
    expect(notices.at(-1)).toMatch(/Using the front end 1\.10\.0.*cannot be reached/);
    expect(await provide('prerelease', { isOffline: true })).toContain('2.0.0-rc.1');
  });

  it.each(['1.2.3', 'latest', 'prerelease'])('%s that was never fetched is an error with a way out', async version => {
    await expect(provide(version, nowhere)).rejects.toMatchObject({
      code: 'FRONT_END_UNAVAILABLE',
      message: expect.stringMatching(/cannot be reached.*--front-end-root/),
    });
    const asked = releases.asked.length;
    await expect(provide(version, { isOffline: true })).rejects.toThrow(/--offline/);
    expect(releases.asked.length).toBe(asked);
  });
});

describe('an answer that is of no use', () => {
  it.each([
    ['no such release', undefined],
    ['no JSON', '<html>'],
    ['null', null],
    ['no archive', { tag_name: 'v1.2.3', assets: [] }],
    ['assets that are no list', { tag_name: 'v1.2.3', assets: 'x' }],
    ['no tag', { assets: [] }],
    ['a tag that is a path', { tag_name: '../../x', assets: [] }],
    [
      'an archive elsewhere over plain http',
      { tag_name: 'v1', assets: [{ name: 'dist.zip', browser_download_url: 'http://elsewhere.invalid/dist.zip' }] },
    ],
    ['an archive without an address', { tag_name: 'v1', assets: [{ name: 'dist.zip' }] }],
    ['an archive with an odd address', { tag_name: 'v1', assets: [{ name: 'dist.zip', browser_download_url: '::' }] }],
  ])('%s: says so and keeps nothing', async (_what, document) => {
    if (typeof document === 'string') releases.answers.set('/repos/o/r/releases/latest', { body: document });
    else if (document !== undefined) releases.offer('/latest', document);
    await expect(provide('latest')).rejects.toMatchObject({ code: 'FRONT_END_UNAVAILABLE' });
    expect(await kept()).toEqual([]);
  });

  it('a limit on requests is named', async () => {
    releases.answers.set('/repos/o/r/releases/latest', { status: 403, body: '{}' });
    await expect(provide('latest')).rejects.toThrow(/answered 403/);
  });

  it('an archive with another checksum is not used', async () => {
    releases.offer('/latest', releases.release('v1.0.0', zipSync(page), { digest: `sha256:${'0'.repeat(64)}` }));
    await expect(provide('latest')).rejects.toThrow(/checksum/);
    expect(await kept()).toEqual([]);
  });
});

describe('an archive that must not be unpacked', () => {
  const index = { 'index.html': text('x') };
  const damaged = zipSync({ 'index.html': text('x'.repeat(5000)) });
  damaged.fill(0xff, 40, 60);

  it.each([
    ['a way up', zipSync({ ...index, '../evil.txt': text('x') })],
    ['a way up inside', zipSync({ ...index, 'a/../../evil.txt': text('x') })],
    ['an absolute name', zipSync({ ...index, '/tmp/evil.txt': text('x') })],
    ['backslashes', zipSync({ ...index, 'a\\..\\evil.txt': text('x') })],
    ['a drive', zipSync({ ...index, 'C:evil.txt': text('x') })],
    ['a file below a file', zipSync({ ...index, 'index.html/x': text('x') })],
    ['no index.html', zipSync({ 'dist/index.html': text('x') })],
    ['nothing', zipSync({})],
    ['damage', damaged],
    ['other bytes', text('no archive at all')],
    ['its end missing', zipSync(page).subarray(0, 60)],
  ])('has %s: it is refused whole, and nothing is left', async (_what, archive) => {
    releases.offer('/latest', releases.release('v1.0.0', archive));
    await expect(provide('latest')).rejects.toMatchObject({ code: 'FRONT_END_UNUSABLE' });
    expect(await kept()).toEqual([]);
    expect(await readdir(userFolder)).toEqual(['__front_ends']);
  });

  it('leaves alone what was kept before', async () => {
    await mkdir(join(userFolder, '__front_ends/o_r/0.9.0'), { recursive: true });
    await writeFile(join(userFolder, '__front_ends/o_r/0.9.0/index.html'), 'old');
    releases.offer('/latest', releases.release('v1.0.0', text('no archive')));
    await expect(provide('latest')).rejects.toMatchObject({ code: 'FRONT_END_UNUSABLE' });
    expect(await kept()).toEqual(['0.9.0']);
  });
});

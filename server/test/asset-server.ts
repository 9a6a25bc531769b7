// A test server with assets over a temporary folder: models/checkpoints, input and output below `base`.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type AssetStore, openDiskBlobStore, openSqliteAssetStore } from '@snug/store';
import { contentTypeOf, type ServerOptions } from '../src/index.ts';
import { type Answer, type FormPart, formOf } from './http-client.ts';
import { startTestServer, type TestServer } from './test-server.ts';

export interface AssetServer {
  readonly server: TestServer;
  readonly assets: AssetStore;
  readonly base: string;
  put(path: string, content: string | Buffer): Promise<void>;
  upload(parts: readonly FormPart[], headers?: Record<string, string>): Promise<Answer>;
  /** Removes all files and forgets all assets, so that tests can share a server. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function startAssetServer(options: Partial<ServerOptions> = {}): Promise<AssetServer> {
  const base = await mkdtemp(join(tmpdir(), 'snug-assets-'));
  const at = (name: string): string => join(base, name);
  const blobs = await openDiskBlobStore({ input: at('input'), output: at('output'), temp: at('temp') });
  let clock = Date.UTC(2026, 0, 1);
  const assets = await openSqliteAssetStore({
    path: at('assets.db'),
    folders: {
      input: at('input'),
      output: at('output'),
      folderKeys: () => ['checkpoints', 'custom_nodes'],
      foldersOf: key => [at(`models/${key}`)],
      extensionsOf: key => (key === 'checkpoints' ? ['.safetensors'] : []),
    },
    incomingFolder: at('incoming'),
    mimeTypeOf: name => (contentTypeOf(name) === 'application/octet-stream' ? null : contentTypeOf(name)),
    now: () => (clock += 1000),
  });
  const server = await startTestServer({ assets, blobs, ...options });
  return {
    server,
    assets,
    base,
    put: async (path, content) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },
    upload: (parts, headers = {}) => {
      const form = formOf(parts);
      return server.send('/api/assets', { method: 'POST', body: form.body, headers: { ...form.headers, ...headers } });
    },
    reset: async () => {
      for (const folder of ['input', 'output', 'models', 'incoming']) {
        await rm(at(folder), { recursive: true, force: true });
      }
      for (const folder of ['input', 'incoming']) await mkdir(at(folder));
      const sorting = { offset: 0, sort: 'name', order: 'asc', viewerId: null } as const;
      for (const { id } of (await assets.list({ ...sorting, limit: 500 })).assets) await assets.remove(id);
      // Contents are forgotten when a look finds their files gone.
      await assets.seed(['models', 'input', 'output']);
      await assets.prune();
    },
    close: async () => {
      await server.close();
      await assets.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

// An asset store over temporary folders. Opened again it has the same data.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Asset, type AssetStore, openSqliteAssetStore, type SqliteAssetStoreOptions } from '../src/index.ts';

export interface AssetHarness {
  readonly base: string;
  open(options?: Partial<SqliteAssetStoreOptions>): Promise<AssetStore>;
  put(path: string, content: string | Uint8Array): Promise<string>;
  dispose(): Promise<void>;
}

export async function createAssetHarness(): Promise<AssetHarness> {
  const base = await mkdtemp(join(tmpdir(), 'snug-asset-store-'));
  const at = (name: string): string => join(base, name);
  let clock = 1_000_000;
  return {
    base,
    open: options =>
      openSqliteAssetStore({
        path: at('assets.db'),
        folders: {
          input: at('input'),
          output: at('output'),
          folderKeys: () => ['loras', 'vae'],
          foldersOf: key => [at(`models/${key}`), at(`elsewhere/${key}`)],
          extensionsOf: () => ['.safetensors'],
        },
        incomingFolder: at('incoming'),
        mimeTypeOf: name => (name.endsWith('.png') ? 'image/png' : null),
        now: () => (clock += 10),
        ...options,
      }),
    put: async (path, content) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
      return at(path);
    },
    dispose: () => rm(base, { recursive: true, force: true }),
  };
}

export async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export async function allAssets(store: AssetStore): Promise<readonly Asset[]> {
  const everything = { viewerId: null, limit: 500, offset: 0, sort: 'name', order: 'asc' } as const;
  return (await store.list(everything)).assets;
}

// The asset store when it is wanted: next to the job database, over the folders of models, inputs and outputs.
import { join } from 'node:path';
import { contentTypeOf } from '@snug/server';
import { type AssetStore, type FolderPaths, openSqliteAssetStore } from '@snug/store';
import type { Config } from './config.ts';

/** What the name of a file without a known extension says. */
const UNKNOWN_TYPE = 'application/octet-stream';

/** Null without --enable-assets, and with --disable-assets. */
export async function openAssets(config: Config, folders: FolderPaths): Promise<AssetStore | null> {
  if (!config.enableAssets || config.disableAssets) {
    return null;
  }
  return openSqliteAssetStore({
    path: join(folders.user, 'assets.db'),
    folders,
    incomingFolder: join(folders.user, '__incoming'),
    hashesContents: config.enableAssetHashing,
    mimeTypeOf: filename => {
      const type = contentTypeOf(filename);
      return type === UNKNOWN_TYPE ? null : type;
    },
  });
}

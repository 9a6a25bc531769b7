// The folders whose files are assets, and what a path in them means: kind of place, kind of model, name for loaders.
import { extname, join, resolve, sep } from 'node:path';
import { realPathOf } from '../contained-path.ts';
import type { AssetRoot } from '../ports/asset-store.ts';

export interface AssetFolder {
  readonly root: AssetRoot;
  /** Null outside of `models`. */
  readonly folderKey: string | null;
  /** Absolute. */
  readonly path: string;
  /** Lower case with the point; empty accepts every file. */
  readonly extensions: readonly string[];
}

export interface AssetLocation {
  readonly folder: AssetFolder;
  /** With `/`. */
  readonly relativePath: string;
}

export interface AssetFolderSources {
  readonly input: string;
  readonly output: string;
  folderKeys(): readonly string[];
  foldersOf(key: string): readonly string[] | undefined;
  /** Extensions of a key; empty accepts every file. */
  extensionsOf(key: string): readonly string[] | undefined;
}

/** Keys whose files are no models. */
const NO_MODELS: ReadonlySet<string> = new Set(['configs', 'custom_nodes', 'datasets', 'fonts']);

/** Folders of models in search order, then input and output; folders below another one come before it. */
export function assetFolders(sources: AssetFolderSources): readonly AssetFolder[] {
  const models = sources
    .folderKeys()
    .filter(key => !NO_MODELS.has(key))
    .flatMap(key =>
      (sources.foldersOf(key) ?? []).map((path): AssetFolder => {
        return { root: 'models', folderKey: key, path: realFolder(path), extensions: sources.extensionsOf(key) ?? [] };
      }),
    );
  const places = (['input', 'output'] as const).map((root): AssetFolder => {
    return { root, folderKey: null, path: realFolder(sources[root]), extensions: [] };
  });
  return [...models, ...places];
}

/** Without links, as the paths of files are; folders may come later. */
function realFolder(path: string): string {
  return realPathOf(path) ?? resolve(path);
}

/** Where a file lies; undefined when it is in none of the folders. */
export function locationOf(path: string, folders: readonly AssetFolder[]): AssetLocation | undefined {
  const folder = folders
    .filter(candidate => path.startsWith(candidate.path + sep) && isListed(path, candidate))
    .sort((a, b) => b.path.length - a.path.length)[0];
  return (
    folder && {
      folder,
      relativePath: path
        .slice(folder.path.length + 1)
        .split(sep)
        .join('/'),
    }
  );
}

export function isListed(path: string, { extensions }: AssetFolder): boolean {
  return extensions.length === 0 || extensions.includes(extname(path).toLowerCase());
}

/** Tags that an asset has because of where it lies (spec http.md section 12). */
export function placeTags({ root, folderKey }: Pick<AssetFolder, 'root' | 'folderKey'>): string[] {
  return folderKey === null ? [root] : [root, `model_type:${folderKey}`];
}

export function pathIn(folder: AssetFolder, parts: readonly string[]): string {
  return join(folder.path, ...parts);
}

// The folders of this machine as clients may see them: by their keys alone. Nodes and extra path files know older names (`clip`,
// `unet`) as well; on the wire these do not exist (spec http.md 9.2).
import type { FolderPaths } from '@snug/store';
import type { ModelFolders } from '../ports.ts';

/** The port over `createFolderPaths` of the store. */
export function localModelFolders(paths: FolderPaths): ModelFolders {
  const isKey = (key: string): boolean => paths.folderKeys().includes(key);
  return {
    keys: () => paths.folderKeys(),
    list: async key => (isKey(key) ? paths.list(key) : undefined),
    foldersOf: key => (isKey(key) ? paths.foldersOf(key) : undefined),
    extensionsOf: key => (isKey(key) ? paths.extensionsOf(key) : undefined),
    weightFiles: async (key, page) => (isKey(key) ? paths.weightFiles(key, page) : undefined),
    resolve: (key, name) => (isKey(key) ? paths.resolve(key, name) : undefined),
  };
}

// `GET /extensions`: the scripts that the front end imports (spec http.md 7.3), its own first, then those of the packs.
import { join } from 'node:path';
import type { NodePackFolder } from '../server-options.ts';
import { filesBelow } from './pack-files.ts';

export interface ScriptSources {
  readonly frontEndRoot: string | null;
  readonly nodePacks: readonly NodePackFolder[];
}

/** URL paths of all scripts. */
export async function extensionScripts({ frontEndRoot, nodePacks }: ScriptSources): Promise<string[]> {
  const folders = [
    ...(frontEndRoot === null ? [] : [{ folder: join(frontEndRoot, 'extensions'), address: '/extensions' }]),
    ...[...webFolders(nodePacks)].map(([name, folder]) => ({
      folder,
      address: `/extensions/${encodeURIComponent(name)}`,
    })),
  ];
  const scripts = await Promise.all(
    folders.map(async ({ folder, address }) => {
      const names = await filesBelow(folder, { extension: '.js', isRecursive: true });
      return names.map(name => `${address}/${name.split('/').map(encodeURIComponent).join('/')}`);
    }),
  );
  return scripts.flat();
}

/** Web folders by the name of their pack; of two packs with one name the first counts. */
export function webFolders(packs: readonly NodePackFolder[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const { name, webDirectory } of packs) {
    if (webDirectory !== null && !folders.has(name)) folders.set(name, webDirectory);
  }
  return folders;
}

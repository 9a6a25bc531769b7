// Example workflows of the packs (spec http.md 7.7): which there are, and where a file of theirs may lie.
import { join } from 'node:path';
import type { NodePackFolder } from '../server-options.ts';
import { filesBelow } from './pack-files.ts';

/** Folders of a pack that may hold examples. */
const TEMPLATE_FOLDERS = ['example_workflows', 'example', 'examples', 'workflow', 'workflows'];

/** Pack name to template names without extension; packs without templates are left out. */
export async function packTemplates(packs: readonly NodePackFolder[]): Promise<Readonly<Record<string, string[]>>> {
  const found: Record<string, string[]> = Object.create(null);
  const lists = await Promise.all(packs.map(async ({ name }) => [name, await templateNames(packs, name)] as const));
  for (const [name, templates] of lists) if (templates.length > 0) found[name] = templates;
  return found;
}

async function templateNames(packs: readonly NodePackFolder[], pack: string): Promise<string[]> {
  const lists = await Promise.all(
    templateFolders(packs, pack).map(folder => filesBelow(folder, { extension: '.json' })),
  );
  return [...new Set(lists.flat().map(name => name.slice(0, -'.json'.length)))];
}

/** Folders in which the files of a pack's templates are looked for, in order; empty for an unknown pack. */
export function templateFolders(packs: readonly NodePackFolder[], pack: string): readonly string[] {
  const folder = packs.find(({ name, folder }) => name === pack && folder !== null)?.folder ?? null;
  return folder === null ? [] : TEMPLATE_FOLDERS.map(name => join(folder, name));
}

// Subgraph blueprints of the packs, `subgraphs/*.json` (spec http.md 7.8). An id names a place, not a content: a blueprint
// that its author changes stays the same entry.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { NodePackFolder } from '../server-options.ts';
import { filesBelow, readTextBelow } from './pack-files.ts';

/** An entry as it is listed. */
export interface SubgraphEntry {
  readonly source: 'custom_node';
  readonly name: string;
  readonly info: { readonly node_pack: string };
}

interface FoundSubgraph {
  readonly id: string;
  readonly entry: SubgraphEntry;
  readonly folder: string;
  readonly file: string;
}

/** Id to entry. */
export async function listSubgraphs(
  packs: readonly NodePackFolder[],
): Promise<Readonly<Record<string, SubgraphEntry>>> {
  return Object.fromEntries((await findSubgraphs(packs)).map(({ id, entry }) => [id, entry]));
}

/** One entry with the text of its file; null for an unknown id. */
export async function readSubgraph(
  packs: readonly NodePackFolder[],
  id: string,
): Promise<(SubgraphEntry & { readonly data: string }) | null> {
  const found = (await findSubgraphs(packs)).find(subgraph => subgraph.id === id);
  const data = found === undefined ? undefined : await readTextBelow(found.folder, found.file);
  return found === undefined || data === undefined ? null : { ...found.entry, data };
}

async function findSubgraphs(packs: readonly NodePackFolder[]): Promise<readonly FoundSubgraph[]> {
  const lists = await Promise.all(packs.map(subgraphsOf));
  return lists.flat();
}

async function subgraphsOf({ name: pack, folder: packFolder }: NodePackFolder): Promise<readonly FoundSubgraph[]> {
  if (packFolder === null) return [];
  const folder = join(packFolder, 'subgraphs');
  const node_pack = `custom_nodes.${pack}`;
  return (await filesBelow(folder, { extension: '.json' })).map(file => ({
    id: createHash('sha256').update(`${node_pack}/subgraphs/${file}`).digest('hex'),
    entry: { source: 'custom_node', name: file.slice(0, -'.json'.length), info: { node_pack } },
    folder,
    file,
  }));
}

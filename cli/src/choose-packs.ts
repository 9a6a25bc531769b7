// Which packs a server loads: all that are found, none, or those that the user named.
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';
import { type FoundPack, findNodePacks } from './node-packs.ts';

export type PackSettings = Pick<Config, 'disableAllCustomNodes' | 'whitelistCustomNodes'>;

/**
 * Packs of the given folders in load order; tells the log what is left out.
 *
 * `--disable-all-custom-nodes` loads none but those that `--whitelist-custom-nodes` names; without it the list has no effect,
 * as in the reference.
 */
export async function choosePacks(
  folders: readonly string[],
  settings: PackSettings,
  logger: Logger,
): Promise<readonly FoundPack[]> {
  const allowed = settings.disableAllCustomNodes ? new Set(settings.whitelistCustomNodes ?? []) : null;
  if (allowed?.size === 0) return [];
  const isAllowed = ({ name }: { readonly name: string }): boolean => allowed === null || allowed.has(name);
  const found = await findNodePacks(folders);
  const packs = found.packs.filter(isAllowed);
  for (const { name, path, reason } of found.skipped.filter(isAllowed)) {
    logger.warn({ pack: name, path }, `The node pack "${name}" is left out: ${reason}`);
  }
  const known = new Set([...found.packs, ...found.skipped].map(({ name }) => name));
  for (const name of allowed ?? []) {
    if (!known.has(name)) logger.warn({ pack: name }, `There is no node pack "${name}" to load`);
  }
  return packs;
}

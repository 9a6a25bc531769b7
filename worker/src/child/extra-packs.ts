// Node packs from outside: ES modules named by URL whose `createPack` is handed the node contract, so that a pack needs no
// import and can never meet a second copy of it.

import type { NodePack, NodeRegistry } from '@snug/execution';
import * as contract from '@snug/execution';
import { WorkerError } from '../errors.ts';

/** The export that makes a module a node pack. */
export type CreatePack = (execution: typeof contract) => NodePack | Promise<NodePack>;

/** Told of everything that happens to packs, in load order. */
export interface PackReport {
  /** Called before the pack's code runs, which may be the last thing that this process does. */
  readonly loading: (index: number) => void;
  readonly loaded: (url: string, pack: NodePack) => void;
  readonly failed: (error: WorkerError) => void;
  readonly replaced: (url: string, ids: readonly string[]) => void;
}

/** Loads packs in order and registers them. A pack that fails is reported and left out; the others are not affected. */
export async function registerExtraPacks(
  registry: NodeRegistry,
  urls: readonly string[],
  report: PackReport,
): Promise<void> {
  for (const [index, url] of urls.entries()) {
    report.loading(index);
    try {
      const pack = await loadPack(url);
      const replaced = registry.registerPack(pack);
      report.loaded(url, pack);
      if (replaced.length > 0) report.replaced(url, replaced);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      report.failed(
        error instanceof WorkerError ? error : new WorkerError('PACK_UNREADABLE', { url, reason }, { cause: error }),
      );
    }
  }
}

async function loadPack(url: string): Promise<NodePack> {
  const module = (await import(url)) as { readonly createPack?: CreatePack };
  if (typeof module.createPack !== 'function') throw new WorkerError('PACK_INVALID', { url });
  return module.createPack(contract);
}

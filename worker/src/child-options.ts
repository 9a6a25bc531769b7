// What a child is told when it starts. Plain data: it crosses the channel by structured clone.

import type { EngineOptions } from '@snug/engine';
import type { CacheOptions } from '@snug/execution';
import type { NodeSettings } from '@snug/nodes';
import type { FolderPathsOptions } from '@snug/store';

/** Stands in the note of the node at work (host/breadcrumb.ts) for a prompt's id while packs are loaded; the node is the pack's index. */
export const LOADING_PACK = 'loading a node pack';

/** Caches as in `execution`, less what cannot be sent. */
export type ChildCacheOptions =
  | Exclude<CacheOptions, { kind: 'ram' }>
  | Omit<CacheOptions & { kind: 'ram' }, 'availableBytes'>;

export interface ChildOptions {
  /** Where files and models are. */
  readonly folders: FolderPathsOptions;
  readonly engine?: EngineOptions;
  readonly cache?: ChildCacheOptions;
  readonly settings: NodeSettings;
  /** How long a node may go on after an interrupt before its run ends without it. */
  readonly interruptGraceMs: number;
  /** URLs of modules that export `createPack` (`child/extra-packs.ts`), loaded after the built-in nodes. */
  readonly extraPacks?: readonly string[];
}

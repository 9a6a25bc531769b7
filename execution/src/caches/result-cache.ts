// What caches keep and how a run talks to them (spec execution.md section 5). Results are found by signature: a digest
// of everything that a node's result depends on, never by node id alone.
import type { NodeId, UiOutput } from '@snug/protocol';

/** Identity of a node in history; a shared result keeps that of the node that made it. */
export interface NodeMeta {
  readonly node_id: NodeId;
  readonly display_node: NodeId;
  readonly parent_node: NodeId | null;
  readonly real_node_id: NodeId;
}

/** Result of a node: one list of items per output (empty for nodes that only show something). */
export interface NodeResultRecord {
  readonly outputs: readonly (readonly unknown[])[];
  readonly ui: { readonly output: UiOutput; readonly meta: NodeMeta } | null;
}

/** Where a node's result is kept: the nodes of a prompt share one place, the nodes of an expansion have their own. */
export interface CacheKey {
  readonly signature: string;
  readonly scope: CacheScope;
}

/** Opaque to everybody but the cache that made it. */
export type CacheScope = object;

/** A node that keeps its place in the cache while it stays in the prompt. */
export interface NodeIdentity {
  readonly id: NodeId;
  readonly classType: string;
}

export interface ResultCache {
  /** False when nothing is ever kept, so that nobody need compute signatures. */
  readonly usesSignatures: boolean;
  /** A run starts: drops what does not fit this prompt. Answers the scope of the prompt's own nodes. */
  beginRun(nodes: readonly NodeIdentity[], signatures: ReadonlySet<string>): CacheScope;
  /** A node expanded: answers the scope of its children, after dropping what they do not use any more. */
  expand(
    parent: NodeIdentity,
    parentScope: CacheScope,
    children: readonly NodeIdentity[],
    signatures: ReadonlySet<string>,
  ): CacheScope;
  get(key: CacheKey): NodeResultRecord | undefined;
  set(key: CacheKey, result: NodeResultRecord): void;
  /** Drops a result that must not be found again. */
  forget(key: CacheKey): void;
  /** Called after each node; answers results of this run that were given up because memory is short. */
  relieve(): ReadonlySet<NodeResultRecord>;
  clear(): void;
}

export const NOTHING_RELIEVED: ReadonlySet<NodeResultRecord> = new Set();

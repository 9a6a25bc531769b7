// The classic cache: keeps exactly the results of nodes in the current prompt. Nodes of expansions live in a nested
// cache that belongs to the expanding node (its id and class) and lives as long as that node stays in the prompt, so
// that a re-expansion finds unchanged children again.
import {
  type CacheKey,
  type CacheScope,
  NOTHING_RELIEVED,
  type NodeIdentity,
  type NodeResultRecord,
  type ResultCache,
} from './result-cache.ts';

class Level {
  readonly results = new Map<string, NodeResultRecord>();
  readonly children = new Map<string, Level>();

  /** Forgets results and nested levels that these nodes do not use. */
  retain(nodes: readonly NodeIdentity[], signatures: ReadonlySet<string>): void {
    for (const signature of this.results.keys()) if (!signatures.has(signature)) this.results.delete(signature);
    if (this.children.size === 0) return;
    const owners = new Set(nodes.map(ownerKey));
    for (const owner of this.children.keys()) if (!owners.has(owner)) this.children.delete(owner);
  }

  childOf(owner: NodeIdentity): Level {
    const key = ownerKey(owner);
    let level = this.children.get(key);
    if (level === undefined) {
      level = new Level();
      this.children.set(key, level);
    }
    return level;
  }
}

export class ClassicCache implements ResultCache {
  readonly usesSignatures = true;
  readonly #root = new Level();

  beginRun(nodes: readonly NodeIdentity[], signatures: ReadonlySet<string>): CacheScope {
    this.#root.retain(nodes, signatures);
    return this.#root;
  }

  expand(
    parent: NodeIdentity,
    parentScope: CacheScope,
    children: readonly NodeIdentity[],
    signatures: ReadonlySet<string>,
  ): CacheScope {
    const level = (parentScope as Level).childOf(parent);
    level.retain(children, signatures);
    return level;
  }

  get(key: CacheKey): NodeResultRecord | undefined {
    return (key.scope as Level).results.get(key.signature);
  }

  set(key: CacheKey, result: NodeResultRecord): void {
    (key.scope as Level).results.set(key.signature, result);
  }

  forget(key: CacheKey): void {
    (key.scope as Level).results.delete(key.signature);
  }

  relieve(): ReadonlySet<NodeResultRecord> {
    return NOTHING_RELIEVED;
  }

  clear(): void {
    this.#root.results.clear();
    this.#root.children.clear();
  }
}

function ownerKey({ id, classType }: NodeIdentity): string {
  return `${id.length}:${id}${classType}`;
}

// All node classes of a process by name. Packs are added whole; of two classes with one name the later wins.
import { ExecutionError } from '../errors.ts';
import type { NodeDefinition } from './node-definition.ts';

/** A set of nodes that belong together. */
export interface NodePack {
  readonly name: string;
  /** Published as `python_module` of nodes that name none, e.g. `nodes` or `custom_nodes.my-pack`. */
  readonly pythonModule: string;
  readonly nodes: readonly NodeDefinition[];
}

/** A registered class with its origin. */
export interface RegisteredNode {
  readonly definition: NodeDefinition;
  readonly packName: string;
  readonly pythonModule: string;
}

/** Node classes by name, in the order of registration. */
export class NodeRegistry {
  readonly #nodes = new Map<string, RegisteredNode>();

  /**
   * Adds a pack and answers the names of classes that it replaced, which the caller may want to report.
   * @throws ExecutionError INVALID_NODE_PACK; nothing is added then.
   */
  registerPack(pack: NodePack): readonly string[] {
    if (!Array.isArray(pack.nodes)) {
      throw new ExecutionError('INVALID_NODE_PACK', { name: String(pack.name), reason: 'nodes is not an array' });
    }
    for (const node of pack.nodes) {
      if (typeof node?.id === 'string' && typeof node.execute === 'function') continue;
      throw new ExecutionError('INVALID_NODE_PACK', {
        name: pack.name,
        reason: 'it holds something not made by defineNode',
      });
    }
    const replaced: string[] = [];
    for (const definition of pack.nodes) {
      if (this.#nodes.delete(definition.id)) replaced.push(definition.id);
      const pythonModule = definition.pythonModule ?? pack.pythonModule;
      this.#nodes.set(definition.id, { definition, packName: pack.name, pythonModule });
    }
    return replaced;
  }

  get(classType: string): RegisteredNode | undefined {
    return this.#nodes.get(classType);
  }

  [Symbol.iterator](): IterableIterator<RegisteredNode> {
    return this.#nodes.values();
  }

  get size(): number {
    return this.#nodes.size;
  }
}

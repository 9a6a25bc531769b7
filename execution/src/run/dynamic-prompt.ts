// The prompt of a run with the nodes that expansions added (spec execution.md 4.5). Nodes of the prompt are their own
// parent-less, real and displayed node; an added ("ephemeral") node knows who made it and which node clients highlight.
import { isJsonObject, type NodeId, type Prompt } from '@snug/protocol';
import type { ExpansionNode } from '../contract/graph-builder.ts';
import type { GraphNodeRecord, PromptGraph } from '../contract/prompt-graph.ts';
import { ExecutionError } from '../errors.ts';

interface EphemeralNode {
  readonly record: GraphNodeRecord;
  readonly parent: NodeId;
  readonly display: NodeId;
  readonly real: NodeId;
}

const NO_INPUTS: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

export class DynamicPrompt implements PromptGraph {
  readonly prompt: Prompt;
  readonly #ephemeral = new Map<NodeId, EphemeralNode>();

  constructor(prompt: Prompt) {
    this.prompt = prompt;
  }

  has(id: NodeId): boolean {
    return Object.hasOwn(this.prompt, id) || this.#ephemeral.has(id);
  }

  node(id: NodeId): GraphNodeRecord {
    const record = this.find(id);
    if (record === undefined) throw new ExecutionError('MISSING_NODE', { nodeId: id });
    return record;
  }

  /** Like `node`, but answers undefined for an unknown id. */
  find(id: NodeId): GraphNodeRecord | undefined {
    if (Object.hasOwn(this.prompt, id)) return this.prompt[id];
    return this.#ephemeral.get(id)?.record;
  }

  /** Inputs of a node; none where a prompt sent something that is no object. */
  inputsOf(id: NodeId): Readonly<Record<string, unknown>> {
    const inputs: unknown = this.node(id).inputs;
    return isJsonObject(inputs as never) ? (inputs as Record<string, unknown>) : NO_INPUTS;
  }

  isEphemeral(id: NodeId): boolean {
    return this.#ephemeral.has(id);
  }

  /** @throws ExecutionError DUPLICATE_NODE */
  add(id: NodeId, node: ExpansionNode, parent: NodeId): void {
    if (this.has(id)) throw new ExecutionError('DUPLICATE_NODE', { nodeId: parent, duplicate: id });
    const display = node.override_display_id ?? parent;
    this.#ephemeral.set(id, { record: node, parent, display, real: this.realId(parent) });
  }

  realId(id: NodeId): NodeId {
    return this.#ephemeral.get(id)?.real ?? id;
  }

  displayId(id: NodeId): NodeId {
    let current = id;
    // A node may not be displayed as itself: the chain is followed at most once over every added node.
    for (let steps = 0; steps <= this.#ephemeral.size; steps++) {
      const node = this.#ephemeral.get(current);
      if (node === undefined) return current;
      current = node.display;
    }
    return this.realId(id);
  }

  parentId(id: NodeId): NodeId | null {
    return this.#ephemeral.get(id)?.parent ?? null;
  }

  *ids(): Iterable<NodeId> {
    yield* Object.keys(this.prompt);
    yield* this.#ephemeral.keys();
  }
}

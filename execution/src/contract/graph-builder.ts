// Building the subgraph that a node expands into (spec execution.md 4.5). Ids carry a prefix made of the expanding node,
// the call index and the number of the builder within that call, so that they never collide: `X2.2.0.4`.
import type { Link, NodeId } from '@snug/protocol';
import { ExecutionError } from '../errors.ts';
import { isLink } from './link.ts';

/** One node of a subgraph. Inputs may be any value, also tensors and handles; ids and class are checked when it is used. */
export interface ExpansionNode {
  readonly class_type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly override_display_id?: NodeId;
}

/** What a node returns as `expand`. */
export type Expansion = Readonly<Record<NodeId, ExpansionNode>>;

/** A node under construction. */
export class GraphNode {
  readonly id: NodeId;
  readonly classType: string;
  readonly inputs = new Map<string, unknown>();
  overrideDisplayId: NodeId | undefined;

  constructor(id: NodeId, classType: string, inputs: Readonly<Record<string, unknown>>) {
    this.id = id;
    this.classType = classType;
    for (const [name, value] of Object.entries(inputs)) this.inputs.set(name, value);
  }

  /** Link to an output of this node. */
  out(slot: number): Link {
    return [this.id, slot];
  }

  /** Sets an input; null takes it away. */
  setInput(name: string, value: unknown): void {
    if (value === null) this.inputs.delete(name);
    else this.inputs.set(name, value);
  }

  getInput(name: string): unknown {
    return this.inputs.get(name) ?? null;
  }

  /** Names the node that clients shall highlight while this one runs. */
  setOverrideDisplayId(id: NodeId): void {
    this.overrideDisplayId = id;
  }
}

/** Collects nodes; made by `ctx.graph()`. */
export class GraphBuilder {
  readonly prefix: string;
  readonly #nodes = new Map<NodeId, GraphNode>();
  #counter = 1;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Adds a node; without an id the next number is taken. A known id gives the node that exists already. */
  node(classType: string, inputs: Readonly<Record<string, unknown>> = {}, id?: string): GraphNode {
    const fullId = this.prefix + (id ?? String(this.#counter++));
    const known = this.#nodes.get(fullId);
    if (known !== undefined) return known;
    const node = new GraphNode(fullId, classType, inputs);
    this.#nodes.set(fullId, node);
    return node;
  }

  /** The node of that id, prefix not included; null when there is none. */
  lookup(id: string): GraphNode | null {
    return this.#nodes.get(this.prefix + id) ?? null;
  }

  /** Lets every input that is linked to an output read another value instead; null takes those inputs away. */
  replaceOutput(nodeId: NodeId, slot: number, value: unknown): void {
    for (const node of this.#nodes.values()) {
      for (const [name, input] of node.inputs) {
        if (isLink(input) && input[0] === nodeId && input[1] === slot) node.setInput(name, value);
      }
    }
  }

  /** Takes a node away (full id); links to it stay as they are. */
  remove(nodeId: NodeId): void {
    if (!this.#nodes.delete(nodeId)) throw new ExecutionError('GRAPH_NODE_UNKNOWN', { nodeId });
  }

  /** The subgraph in the form that `out({ expand })` takes. */
  finalize(): Expansion {
    const graph: Record<NodeId, ExpansionNode> = Object.create(null);
    for (const node of this.#nodes.values()) {
      const inputs: Record<string, unknown> = Object.create(null);
      for (const [name, value] of node.inputs) inputs[name] = value;
      graph[node.id] =
        node.overrideDisplayId === undefined
          ? { class_type: node.classType, inputs }
          : { class_type: node.classType, inputs, override_display_id: node.overrideDisplayId };
    }
    return graph;
  }
}

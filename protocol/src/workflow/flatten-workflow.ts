// Lays a workflow with its subgraphs out flat (spec files.md 8.1): every instance of a subgraph becomes a scope, and its
// members become nodes under the id path `instance:member`. Scopes stay, because links cross their borders.
import type { JsonValue } from '../lossless-json/json-value.ts';
import type { Steps } from '../lossless-json/slices.ts';
import { expandGroupNode, groupNodeName } from './group-node.ts';
import { instanceValues } from './instance-values.ts';
import type { NodeClass, NodeClasses } from './node-class.ts';
import { connectsInvisibly, virtualKind } from './virtual-node.ts';
import type { Subgraph, WorkflowDocument, WorkflowGraph, WorkflowNode } from './workflow-document.ts';
import type { ProblemList } from './workflow-problem.ts';

/** A graph at one place of the workflow: the root, or one instance of a subgraph. */
export interface Scope {
  readonly graph: WorkflowGraph;
  /** Put before the ids of its nodes: empty, or `12:7:`. */
  readonly prefix: string;
  /** Undefined for the root. */
  readonly place: Place | undefined;
  /** Active instances of subgraphs among its nodes, by node id. */
  readonly children: Map<string, Scope>;
}

/** What a scope is an instance of, and where. */
export interface Place {
  readonly parent: Scope;
  readonly instance: WorkflowNode;
  readonly subgraph: Subgraph;
  /** Values that the instance holds for inputs of the subgraph, by their names. */
  readonly values: ReadonlyMap<string, JsonValue>;
}

/** A node that goes into the prompt. */
export interface FlatNode {
  /** Execution id. */
  readonly id: string;
  readonly node: WorkflowNode;
  readonly scope: Scope;
  /** Undefined for a class that the server does not have. */
  readonly nodeClass: NodeClass | undefined;
}

export interface FlatWorkflow {
  readonly root: Scope;
  readonly nodes: readonly FlatNode[];
}

/** Real workflows nest three or four levels; ids grow with every level. */
const MAX_DEPTH = 32;

/** Nodes that are looked at in one step. */
const NODES_PER_STEP = 32;

/** @param maxNodes limit for all nodes together; a few nested definitions can stand for billions. */
export function* flattenWorkflow(
  document: WorkflowDocument,
  settings: { readonly classes: NodeClasses; readonly problems: ProblemList; readonly maxNodes: number },
): Steps<FlatWorkflow> {
  const root: Scope = { graph: document.root, prefix: '', place: undefined, children: new Map() };
  const flattening = new Flattening(document, settings);
  yield* flattening.add(root, 0);
  return { root, nodes: flattening.nodes };
}

class Flattening {
  readonly nodes: FlatNode[] = [];
  readonly #ids = new Set<string>();
  readonly #document: WorkflowDocument;
  readonly #classes: NodeClasses;
  readonly #problems: ProblemList;
  readonly #maxNodes: number;
  #visited = 0;

  constructor(
    document: WorkflowDocument,
    settings: { readonly classes: NodeClasses; readonly problems: ProblemList; readonly maxNodes: number },
  ) {
    this.#document = document;
    this.#classes = settings.classes;
    this.#problems = settings.problems;
    this.#maxNodes = settings.maxNodes;
  }

  *add(scope: Scope, depth: number): Steps<void> {
    for (const node of scope.graph.nodes.values()) {
      this.#visited += 1;
      if (this.#visited % NODES_PER_STEP === 0) yield;
      if (this.#visited > this.#maxNodes) {
        if (this.#visited === this.#maxNodes + 1) this.#problems.add('WORKFLOW_TOO_LARGE', { limit: this.#maxNodes });
        return;
      }
      if (node.mode === 'active' && virtualKind(node.type, this.#classes) === undefined)
        yield* this.#addActive(scope, node, depth);
    }
  }

  *#addActive(scope: Scope, node: WorkflowNode, depth: number): Steps<void> {
    const id = scope.prefix + node.id;
    const nodeClass = this.#classes.get(node.type);
    const subgraph = this.#document.subgraphs.get(node.type);
    if (subgraph !== undefined) {
      yield* this.#descend({ parent: scope, instance: node, subgraph, values: this.#valuesOf(node, id) }, id, depth);
    } else if (nodeClass === undefined && groupNodeName(node.type) !== undefined) {
      yield* this.#addGroup(scope, node, depth);
    } else if (this.#ids.has(id)) this.#problems.add('DUPLICATE_NODE_ID', { node: id, type: node.type });
    else {
      this.#ids.add(id);
      this.nodes.push({ id, node, scope, nodeClass });
      if (nodeClass === undefined) this.#reportMissing(id, node);
      if (connectsInvisibly(node.type)) this.#problems.add('INVISIBLE_LINKS', { node: id, type: node.type });
    }
  }

  #valuesOf(instance: WorkflowNode, id: string): Place['values'] {
    const { values, mismatch } = instanceValues(instance);
    if (mismatch !== undefined) {
      this.#problems.add('INSTANCE_VALUES_UNCLEAR', { node: id, type: instance.type, ...mismatch });
    }
    return values;
  }

  /** The group nodes of older editors are subgraphs whose instances hold all values of their members. */
  *#addGroup(scope: Scope, instance: WorkflowNode, depth: number): Steps<void> {
    const id = scope.prefix + instance.id;
    const outcome = expandGroupNode(instance, this.#document.groupNodes, this.#classes);
    if ('subgraph' in outcome) {
      yield* this.#descend({ parent: scope, instance, subgraph: outcome.subgraph, values: new Map() }, id, depth);
    } else this.#problems.add('GROUP_NODE_UNCLEAR', { node: id, type: instance.type, reason: outcome.reason });
  }

  *#descend(place: Place, id: string, depth: number): Steps<void> {
    const { parent, instance, subgraph } = place;
    for (let outer = parent.place; outer !== undefined; outer = outer.parent.place) {
      if (outer.subgraph.id !== subgraph.id) continue;
      this.#problems.add('SUBGRAPH_CYCLE', { node: id, type: instance.type, name: subgraph.name });
      return;
    }
    if (depth >= MAX_DEPTH) {
      this.#problems.add('SUBGRAPH_TOO_DEEP', { node: id, type: instance.type, limit: MAX_DEPTH });
      return;
    }
    const scope: Scope = { graph: subgraph, prefix: `${id}:`, place, children: new Map() };
    parent.children.set(instance.id, scope);
    yield* this.add(scope, depth + 1);
  }

  #reportMissing(node: string, { type, properties }: WorkflowNode): void {
    if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(type)) {
      this.#problems.add('SUBGRAPH_MISSING', { node, type });
      return;
    }
    const named = properties['cnr_id'] ?? properties['aux_id'];
    const pack = typeof named === 'string' && named !== 'comfy-core' ? ` (it belongs to the pack "${named}")` : '';
    this.#problems.add('MISSING_NODE_TYPE', { node, type, pack });
  }
}
